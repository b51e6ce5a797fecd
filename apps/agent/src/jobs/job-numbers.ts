import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Spool } from '@moorline/cc-store/spool';
import { systemClock } from '@moorline/core';
import { z } from 'zod';
import { writeDurably } from '../durable-file.js';

/** Numbers below this one may have been given: kept beside the spool, so that a spool that was deleted begins behind them. */
const reservation = z.object({ reserved: z.number().int().min(0) });

/** Numbers that are reserved at a time: each reservation costs a write to the disk. */
const reserveAtOnce = 1000;

/**
 * The next number for a job of this machine: 1, 2, 3 …, never the same twice, not even when the spool was deleted.
 *
 * @throws StoreError of the spool; the file system's own error.
 */
export async function nextJobNumber(spool: Spool, dataDir: string): Promise<number> {
  const path = join(dataDir, 'job-numbers.json');
  const reserved = readReserved(path);
  const number = await spool.nextCounter('jobs', { floor: reserved });
  if (number > reserved) {
    writeDurably(path, JSON.stringify({ reserved: Math.ceil(number / reserveAtOnce) * reserveAtOnce }));
  }
  return number;
}

/** A file that cannot be understood says that there were numbers: seconds since 2023-11-14 are beyond any that was given. */
function readReserved(path: string): number {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return 0;
  }
  return parsed(text)?.reserved ?? Math.max(0, Math.floor(systemClock.now() / 1000) - 1_700_000_000);
}

function parsed(text: string): z.infer<typeof reservation> | undefined {
  try {
    return reservation.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
