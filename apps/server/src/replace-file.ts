import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Puts a content into a file (0600), whole or not at all: a process that is killed here leaves no half file behind.
 *
 * @throws the file system's own error; the file is as it was then.
 */
export function replaceFile(path: string, content: string): void {
  const draft = `${path}.${process.pid}.new`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flush: true });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
