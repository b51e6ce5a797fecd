import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { type Example, readmeExamples } from './readme.js';

/**
 * Type-checks every `ts` block of a README as a module of its package: imports of the package's own name and entries
 * resolve as a user's would, but to the sources.
 *
 * @param path of a README beside the `tsconfig.json` that decides the options.
 * @returns what is wrong, as `README.md:12: message`; nothing when all blocks stand.
 */
export function exampleTypeErrors(path: string): string[] {
  const readme = resolve(path);
  const examples = readmeExamples(readme).filter(({ language }) => language === 'ts');
  const files = new Map(examples.map((example) => [join(dirname(readme), `readme-${example.line}.ts`), example]));
  const options = { ...readOptions(dirname(readme)), moduleDetection: ts.ModuleDetectionKind.Force };
  const program = ts.createProgram([...files.keys()], options, hostWith(files, options));
  return [...files].flatMap(([file, { line }]) => {
    const source = program.getSourceFile(file);
    return ts.getPreEmitDiagnostics(program, source).map((diagnostic) => {
      const within = source?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
      return `README.md:${line + within}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`;
    });
  });
}

function readOptions(folder: string): ts.CompilerOptions {
  const { config, error } = ts.readConfigFile(join(folder, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config?: unknown;
    error?: ts.Diagnostic;
  };
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  return ts.parseJsonConfigFileContent(config, ts.sys, folder).options;
}

/** The file system with the examples in it. */
function hostWith(files: ReadonlyMap<string, Example>, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  return {
    ...host,
    fileExists: (file) => files.has(file) || host.fileExists(file),
    readFile: (file) => files.get(file)?.code ?? host.readFile(file),
    getSourceFile: (file, languageVersion, ...rest) => {
      const example = files.get(file);
      if (example === undefined) return host.getSourceFile(file, languageVersion, ...rest);
      return ts.createSourceFile(file, example.code, languageVersion, true);
    },
  };
}
