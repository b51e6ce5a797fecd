import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import type { Program } from './programs.js';

/**
 * Writes programs into a folder once as ES modules (`esm/`) and once as CommonJS (`cjs/`), as TypeScript and, stripped of types,
 * as JavaScript. Each gets a `NAME.main.js` beside it that runs it.
 *
 * @param shared text of what all of them import, `check.ts`
 */
export async function writePrograms(programs: readonly Program[], shared: string, folder: string): Promise<void> {
  for (const format of ['esm', 'cjs'] as const) {
    const into = join(folder, format);
    mkdirSync(into, { recursive: true });
    const type = format === 'esm' ? 'module' : 'commonjs';
    writeFileSync(join(into, 'package.json'), `${JSON.stringify({ type })}\n`);
    for (const { name, text } of [...programs, { name: 'check', text: shared }]) {
      writeFileSync(join(into, `${name}.ts`), text);
      const { code } = await transform(text, { loader: 'ts', format, target: 'node20' });
      writeFileSync(join(into, `${name}.js`), code);
    }
    for (const { name } of programs) writeFileSync(join(into, `${name}.main.js`), main(name, format));
  }
}

/** It ends by itself, as a program should; but in Deno the import of msw alone keeps a process alive. */
const main = (name: string, format: 'esm' | 'cjs'): string => `${
  format === 'esm' ? `import { run } from './${name}.js';` : `const { run } = require('./${name}.js');`
}
run().then(
  () => {
    if ('Deno' in globalThis) process.exit(0);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
`;
