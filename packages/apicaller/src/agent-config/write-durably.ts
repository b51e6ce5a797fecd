import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomUUID } from 'node:crypto';

/**
 * Puts a text into a file (0600) of a folder that exists. Durable when it resolves; a reader sees the old file or the new
 * one, whole, and a failure leaves the old one as it was, with nothing beside it.
 *
 * @throws the file system's own error.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.new`;
  try {
    await withFile(draft, 'wx', async (file) => {
      await file.writeFile(text);
      await file.sync();
    });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  // The new name of a file is in its folder, which has to reach the disk too.
  await withFile(dirname(path), 'r', (folder) => folder.sync());
}

async function withFile(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}
