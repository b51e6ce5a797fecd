import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const steps: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of steps.splice(0).reverse()) await step();
});

/** Runs `step` after the test, last one first. */
export function afterwards(step: () => unknown): void {
  steps.push(step);
}

/** A folder of this test alone. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'login-client-'));
  afterwards(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
