import { availableParallelism, cpus, totalmem } from 'node:os';
import { type KernelFiles, parseWholeNumber } from '../kernel-files.js';
import { flopsPerCycle, parseCpuInfo } from './cpu-info.js';
import { parseCpuList } from './cpu-list.js';
import type { MachineTopology } from './machine-topology.js';

/**
 * The machine's topology from the kernel (`/sys/devices/system`, `/proc/cpuinfo`). Where the kernel shows none
 * (another system, a sandbox), one socket with a core for each processor that Node sees.
 */
export async function readTopology(files: KernelFiles): Promise<MachineTopology> {
  const threads = await readThreads(files);
  const cores = groupBy(threads, (thread) => `${thread.socket}:${thread.core}`);
  const sockets = groupBy(threads, (thread) => `${thread.socket}`);
  const dies = groupBy(threads, (thread) => `${thread.socket}:${thread.die}`);
  const all = threads.map((thread) => thread.cpu);
  const { model, flags } = parseCpuInfo((await files.read('/proc/cpuinfo')) ?? '');
  const socketNumbers = new Map(threads.map((thread) => [thread.cpu, thread.socket]));
  return {
    groups: {
      node: all,
      socket: sockets,
      memoryDomain: await readMemoryDomains(files, all),
      ...(dies.length > sockets.length ? { die: dies } : {}),
      core: cores,
    },
    socketIds: sockets.map((socket) => socketNumbers.get(socket[0] ?? 0) ?? 0),
    socketsPerNode: sockets.length,
    coresPerSocket: largest(sockets.map((socket) => cores.filter((core) => socket.includes(core[0] ?? -1)).length)),
    threadsPerCore: largest(cores.map((core) => core.length)),
    processorType: model ?? cpus()[0]?.model.trim() ?? process.arch,
    maxGigahertz: await readMaxGigahertz(files, all[0] ?? 0),
    flopsPerCycle: flopsPerCycle(flags),
    memoryBytes: totalmem(),
  };
}

interface Thread {
  cpu: number;
  socket: number;
  die: number;
  core: number;
}

async function readThreads(files: KernelFiles): Promise<Thread[]> {
  const online = parseCpuList((await files.read(`${cpuFolder}/online`)) ?? '');
  const numbers =
    online.length > 0 ? online : Array.from({ length: cpus().length || availableParallelism() }, (_, cpu) => cpu);
  return Promise.all(
    numbers.map(async (cpu) => {
      const fact = async (name: string) =>
        parseWholeNumber(await files.read(`${cpuFolder}/cpu${cpu}/topology/${name}`));
      // Virtual machines and some ARM boards answer -1 for what they do not know.
      const known = (value: number | undefined, otherwise: number) =>
        value === undefined || value < 0 ? otherwise : value;
      const socket = known(await fact('physical_package_id'), 0);
      return { cpu, socket, die: known(await fact('die_id'), 0), core: await readCore(files, cpu) };
    }),
  );
}

/** The lowest thread of the core stands for it: `core_id` is not unique across dies and clusters, siblings are. */
async function readCore(files: KernelFiles, cpu: number): Promise<number> {
  const siblings = await files.read(`${cpuFolder}/cpu${cpu}/topology/thread_siblings_list`);
  return parseCpuList(siblings ?? '')[0] ?? cpu;
}

async function readMemoryDomains(files: KernelFiles, all: readonly number[]): Promise<number[][]> {
  const names = (await files.list(nodeFolder)).filter((name) => /^node\d+$/.test(name));
  names.sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  const lists = await Promise.all(
    names.map(async (name) => parseCpuList((await files.read(`${nodeFolder}/${name}/cpulist`)) ?? '')),
  );
  // Domains without processors (memory expanders) hold no hardware thread and cannot be named on the wire.
  const domains = lists.map((list) => list.filter((cpu) => all.includes(cpu))).filter((list) => list.length > 0);
  const isWhole = domains.flat().length === all.length;
  return isWhole ? domains : [[...all]];
}

async function readMaxGigahertz(files: KernelFiles, cpu: number): Promise<number | undefined> {
  const kilohertz = parseWholeNumber(await files.read(`${cpuFolder}/cpu${cpu}/cpufreq/cpuinfo_max_freq`));
  if (kilohertz !== undefined && kilohertz > 0) return kilohertz / 1e6;
  const megahertz = cpus()[0]?.speed ?? 0;
  return megahertz > 0 ? megahertz / 1000 : undefined;
}

/** Groups in the order of their lowest thread, which is the order of their ids on the wire. */
function groupBy(threads: readonly Thread[], key: (thread: Thread) => string): number[][] {
  const groups = new Map<string, number[]>();
  for (const thread of threads) {
    const group = groups.get(key(thread));
    if (group === undefined) groups.set(key(thread), [thread.cpu]);
    else group.push(thread.cpu);
  }
  return [...groups.values()];
}

const largest = (counts: readonly number[]): number => Math.max(1, ...counts);
const cpuFolder = '/sys/devices/system/cpu';
const nodeFolder = '/sys/devices/system/node';
