import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import ts from 'typescript';
import type { Workspace } from '../repo/workspaces.js';

/** The sources of several workspaces as one program: what they share is read and checked once. */
export interface CommonProgram {
  program: ts.Program;
  /** Each workspace's files, as its tsconfig.json lists them. */
  filesOf: ReadonlyMap<Workspace, readonly string[]>;
}

/**
 * The programs that together hold all workspaces, one for each set of options: most share one, the page has the DOM's types in its own.
 * `checkJs` makes no program of its own: it is for JavaScript, which only those list that turn it on.
 *
 * @throws Error where a tsconfig.json cannot be read.
 */
export function commonPrograms(workspaces: readonly Workspace[]): CommonProgram[] {
  const groups: { common: ts.CompilerOptions; checkJs: boolean; filesOf: Map<Workspace, readonly string[]> }[] = [];
  for (const workspace of workspaces) {
    const { options, fileNames } = readConfig(join(workspace.folder, 'tsconfig.json'));
    const { checkJs = false, configFilePath: _path, pathsBasePath: _base, ...own } = options;
    let group = groups.find(({ common }) => isDeepStrictEqual(own, common));
    if (group === undefined) groups.push((group = { common: own, checkJs: false, filesOf: new Map() }));
    group.checkJs ||= checkJs;
    group.filesOf.set(workspace, fileNames);
  }
  return groups.map(({ common, checkJs, filesOf }) => {
    const options = { ...common, checkJs };
    // With parents, as the linter needs them.
    const host = ts.createCompilerHost(options, true);
    return { program: ts.createProgram([...new Set([...filesOf.values()].flat())], options, host), filesOf };
  });
}

/** What is wrong with the types of a workspace's files, formatted; empty where nothing is. */
export function typeErrors({ program, filesOf }: CommonProgram, workspace: Workspace): string {
  const problems = (filesOf.get(workspace) ?? []).flatMap((name) => {
    const file = program.getSourceFile(name);
    if (file === undefined) return [];
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  });
  return format([...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(), ...problems]);
}

function readConfig(path: string): ts.ParsedCommandLine {
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => {
      throw new Error(format([problem]));
    },
  };
  const config = ts.getParsedCommandLineOfConfigFile(path, {}, host);
  if (config === undefined || config.errors.length > 0) throw new Error(`${path}: ${format(config?.errors ?? [])}`);
  return config;
}

function format(problems: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(problems, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => process.cwd(),
    getNewLine: () => '\n',
  });
}
