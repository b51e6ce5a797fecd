import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './durable-file.js';
import type { MachineToken } from './moorline-api.js';

/** What the control plane calls this machine: kept, so that jobs can be reported while it is away. */
export type MachineName = Pick<MachineToken, 'machineNumber' | 'cluster' | 'host'> & { machineId: string };

const machineName = z.object({
  machineId: z.string().min(1),
  machineNumber: z.number().int().min(1),
  cluster: z.string().min(1),
  host: z.string().min(1),
});

/** @returns undefined where it was never told, or told to another machine id than `machineId`. */
export function readMachineName(dataDir: string, machineId: string): MachineName | undefined {
  try {
    const name = machineName.safeParse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8'))).data;
    return name?.machineId === machineId ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the name; a reader sees the old file or the new one, whole. */
export function writeMachineName(dataDir: string, name: MachineName): void {
  writeDurably(pathIn(dataDir), JSON.stringify(name));
}

const pathIn = (dataDir: string): string => join(dataDir, 'machine.json');
