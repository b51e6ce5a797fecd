import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a GPUd of this user keeps its state: `/var/lib/gpud` for root, `~/.gpud` for others (docs/protocol.md §6). */
export function gpudDataDir(): string {
  const isRoot = process.geteuid?.() === 0;
  return isRoot && existsSync('/var/lib') ? '/var/lib/gpud' : join(homedir(), '.gpud');
}
