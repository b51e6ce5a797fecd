import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** A folder within this package, where the generated code's imports resolve, until the running test ends. */
export function folderInPackage(): string {
  mkdirSync(join(root, '.vitest'), { recursive: true });
  const folder = mkdtempSync(join(root, '.vitest/generated-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: true,
  types: [],
};

/** Compiles modules and all that they import, beside them; answers with the errors of the strictest settings. */
export function compile(...files: string[]): string[] {
  const program = ts.createProgram(files, options);
  program.emit();
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

/** What a compiled module exports. */
export async function load(file: string): Promise<Record<string, unknown>> {
  const loaded: unknown = await import(/* @vite-ignore */ pathToFileURL(file.replace(/\.ts$/, '.js')).href);
  return Object.assign({}, loaded);
}
