import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatWithOptions } from 'node:util';
import { vi } from 'vitest';

/**
 * Runs a code block of a package's README in this process, as a module inside the package, where its own name resolves.
 *
 * @param folder of the package.
 * @returns what it prints with `console.log`, as a terminal would show it.
 */
export async function runExample(folder: string, code: string): Promise<string> {
  mkdirSync(join(folder, '.vitest'), { recursive: true });
  const place = mkdtempSync(join(folder, '.vitest/readme-'));
  const lines: string[] = [];
  const print = vi.spyOn(console, 'log').mockImplementation((...words: unknown[]) => {
    lines.push(`${formatWithOptions({ colors: false }, ...words)}\n`);
  });
  try {
    writeFileSync(join(place, 'example.ts'), code);
    await import(/* @vite-ignore */ join(place, 'example.ts'));
    return lines.join('');
  } finally {
    print.mockRestore();
    rmSync(place, { recursive: true, force: true });
  }
}
