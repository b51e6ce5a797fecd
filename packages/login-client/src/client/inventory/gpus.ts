import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GpuInfo } from '../../wire/machine-info.js';
import { parseDriverInformation, parseNvidiaSmi } from './nvidia.js';
import { type Probe, readText, runProgram } from './probe.js';

export interface GpuInventory {
  versions: { gpuDriverVersion?: string; cudaVersion?: string };
  info: GpuInfo;
  /** GPUs that the driver knows, else those on the PCI bus. */
  count: number;
}

/** NVIDIA's GPUs: from the driver's own program, else from what the driver shows in `/proc`, else counted on the bus. */
export async function collectGpus(probe: Probe): Promise<GpuInventory> {
  const printed = await runProgram('nvidia-smi', ['-q', '-x'], 15_000, probe);
  const told = printed === undefined ? undefined : parseNvidiaSmi(printed);
  if (told !== undefined) return told;
  const cards = await readEach('/proc/driver/nvidia/gpus', 'information');
  if (cards.length > 0) return parseDriverInformation(cards, (await readText('/proc/driver/nvidia/version')) ?? '');
  return { versions: {}, info: {}, count: await countOnBus() };
}

/** NVIDIA (10de) devices of the class "3D controller" (0302). */
async function countOnBus(): Promise<number> {
  const root = '/sys/bus/pci/devices';
  const [vendors, classes] = await Promise.all([readEach(root, 'vendor'), readEach(root, 'class')]);
  return vendors.filter((vendor, index) => vendor === '0x10de' && classes[index]?.startsWith('0x0302')).length;
}

/** The text of the file of this name in each folder of `root`, empty where it is missing. */
async function readEach(root: string, name: string): Promise<string[]> {
  const folders = await readdir(root).catch(() => []);
  return Promise.all(folders.sort().map(async (folder) => (await readText(join(root, folder, name))) ?? ''));
}
