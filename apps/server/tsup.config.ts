import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { app } from '../../tsup.base.js';

const built = '../web/dist';
const page = 'dist/page';

/** The page goes out with the server that serves it, compressed once for all. */
async function takePage(): Promise<void> {
  if (!existsSync(built)) throw new Error('apps/web is not built: npm run build there, or nx build');
  await rm(page, { recursive: true, force: true });
  // The manifest is for those who build.
  await cp(built, page, { recursive: true, filter: (path) => !path.endsWith('.vite') });
  for (const entry of await readdir(page, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(?:js|css|svg|html)$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes));
    await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
  }
}

export default app({ main: 'src/main.ts' }, { onSuccess: takePage });
