import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The page's document for one path. */
export interface IndexDocument {
  html: string;
  /** Weak: it is the same for a packed answer. */
  etag: string;
}

/**
 * Reads the document as it is to be for `path`. Its own addresses are relative to the page's root (`./assets/…`), so that it works
 * below any prefix; a deep link gets them with as many `../` as it is deep.
 *
 * @param path as the client has it, without what stands before the root.
 * @returns undefined where the page is not built.
 */
export async function readIndexDocument(folder: string, path: string): Promise<IndexDocument | undefined> {
  const built = await readFile(join(folder, 'index.html'), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (built === undefined) return undefined;
  const depth = path.split('/').length - 2;
  const html = depth <= 0 ? built : built.replaceAll(/(\s(?:src|href)=")\.\//g, `$1${'../'.repeat(depth)}`);
  return { html, etag: `W/"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"` };
}
