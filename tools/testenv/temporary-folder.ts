import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A new folder of the running test's own, removed at its end. */
export function temporaryFolder(): string {
  const folder = make();
  onTestFinished(() => remove(folder));
  return folder;
}

/** A new folder for all tests of a file, removed after the last; called where tests are declared. */
export function temporaryFolderOfFile(): string {
  const folder = make();
  afterAll(() => remove(folder));
  return folder;
}

const make = (): string => mkdtempSync(join(tmpdir(), 'moorline-test-'));
const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });
