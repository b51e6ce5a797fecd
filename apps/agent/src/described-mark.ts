import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from './durable-file.js';
import type { MachineName } from './machine-file.js';

/**
 * Whether the control plane was told at any time what this machine is made of, under the name that it has now. What is
 * told of a machine that it does not know is refused for good.
 */
export function wasDescribed(dataDir: string, name: MachineName): boolean {
  try {
    return readFileSync(pathIn(dataDir), 'utf8') === textOf(name);
  } catch {
    return false;
  }
}

export function markDescribed(dataDir: string, name: MachineName): void {
  if (!wasDescribed(dataDir, name)) writeDurably(pathIn(dataDir), textOf(name));
}

const textOf = ({ machineId, cluster, host }: MachineName): string => JSON.stringify({ machineId, cluster, host });

const pathIn = (dataDir: string): string => join(dataDir, 'described.json');
