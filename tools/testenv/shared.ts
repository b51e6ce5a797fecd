import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The folder of reference files (captured vectors, contracts' data): `MOORLINE_SHARED`, else `shared` beside the checkout.
 *
 * @returns the path, or undefined where the files are absent and `MOORLINE_SHARED` is not set.
 * @throws Error when `MOORLINE_SHARED` names a folder that does not exist: what was asked for must not be skipped.
 */
export function sharedFolder(): string | undefined {
  const named = process.env['MOORLINE_SHARED'];
  const folder = named ?? resolve(import.meta.dirname, '../../../shared');
  if (existsSync(join(folder, 'vectors'))) return folder;
  if (named !== undefined)
    throw new Error(`MOORLINE_SHARED=${named} holds no vectors/: unset it, or point it at the reference files`);
  return undefined;
}
