import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import type { TaskOutcome } from '../test/nx-output.js';
import type { Workspace } from '../repo/workspaces.js';
import { type CommonProgram, commonPrograms, typeErrors } from './program.js';

/** How lint and types of one workspace ended. */
export interface SourceCheck {
  workspace: Workspace;
  lint: TaskOutcome['status'];
  typecheck: TaskOutcome['status'];
  /** What the linter and the compiler say. */
  text: string;
}

/**
 * Lints and type-checks workspaces in as few TypeScript programs as their options allow: alone, each would read Node's and vitest's
 * types, and the packages that it imports, once for the linter and once more for the compiler.
 *
 * @param root of the repository. Its own programs are linted with tools, whose tsconfig.json lists them.
 * @throws Error where a tsconfig.json cannot be read.
 */
export async function* checkSources(root: string, workspaces: readonly Workspace[]): AsyncGenerator<SourceCheck> {
  for (const common of commonPrograms(workspaces)) yield* checkProgram(root, common);
}

async function* checkProgram(root: string, common: CommonProgram): AsyncGenerator<SourceCheck> {
  const linter = linterOf(root, common);
  const formatter = await linter.loadFormatter('stylish');
  for (const workspace of common.filesOf.keys()) {
    const results = await linter.lintFiles([workspace.path, ...(workspace.path === 'tools' ? rootPrograms(root) : [])]);
    const lint = await formatter.format(results, {});
    const types = typeErrors(common, workspace);
    const isClean = results.every(({ errorCount, fatalErrorCount }) => errorCount + fatalErrorCount === 0);
    yield {
      workspace,
      lint: isClean ? 'passed' : 'failed',
      typecheck: types === '' ? 'passed' : 'failed',
      text: lint + types,
    };
  }
}

function linterOf(root: string, { program }: CommonProgram): ESLint {
  return new ESLint({
    cwd: root,
    // Instead of the programs that the linter would make for itself, one for each tsconfig.json.
    overrideConfig: {
      files: ['**/*.ts', '**/*.tsx'],
      languageOptions: { parserOptions: { projectService: false, programs: [program] } },
    },
  });
}

const rootPrograms = (root: string): string[] =>
  readdirSync(root)
    .filter((name) => /\.[jt]s$/.test(name))
    .map((name) => join(root, name));
