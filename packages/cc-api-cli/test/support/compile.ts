import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  customConditions: ['@moorline/source'],
  types: ['node'],
};

/**
 * Compiles modules and what they import from beside and below them, in place.
 *
 * @returns their errors by the strictest settings.
 */
export function compile(...files: string[]): string[] {
  const folder = dirname(files[0] ?? '');
  const program = ts.createProgram(files, options);
  const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
  const errors = own.flatMap((source) => {
    program.emit(source);
    return ts.getPreEmitDiagnostics(program, source);
  });
  return errors.map(({ file, messageText }) => {
    return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
