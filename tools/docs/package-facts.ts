import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { budgetsOf } from '../gates/bundles.js';
import { readPrograms } from '../matrix/programs.js';
import { isObject, readJson } from '../repo/json.js';

/** What a package's README has to agree with. */
export interface PackageFacts {
  /** `@moorline/core` */
  name: string;
  /** Whether it is run, and not imported. */
  isProgram: boolean;
  /** Whether it has a command, which may write what its examples import. */
  hasCommand: boolean;
  /** `engines.node` */
  node: string;
  /** Names of what is installed with it, and of its optional peers. */
  dependencies: string[];
  /** Bytes of each entry at most, gzipped: `etc/size-budget.json`. */
  budgets: Record<string, number>;
  /** Members of the main entry's options: `LoginOptions.token`. */
  options: string[];
  /** Its entries that programs import which are run in browsers: `.`, `./msw`. */
  browserEntries: string[];
}

/** @param folder of the package. @param programs `e2e/programs`, what is run in browsers among them. */
export function packageFacts(folder: string, programs: string): PackageFacts {
  const { name, exports, bin, engines, dependencies, peerDependencies } = readJson(join(folder, 'package.json'));
  const report = join(folder, 'etc/index.api.md');
  return {
    name: String(name),
    isProgram: exports === undefined,
    hasCommand: bin !== undefined,
    node: isObject(engines) ? String(engines['node']) : '',
    dependencies: [dependencies, peerDependencies].flatMap((some) => (isObject(some) ? Object.keys(some) : [])),
    budgets: budgetsOf(join(folder, 'etc')),
    options: existsSync(report) ? optionsIn(readFileSync(report, 'utf8')) : [],
    browserEntries: browserEntries(String(name), programs),
  };
}

/**
 * The members of the interfaces named `…Options` that a recorded API has, except those that its errors are made with.
 *
 * @param report `etc/index.api.md`
 */
export function optionsIn(report: string): string[] {
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(report) ?? [];
  const { statements } = ts.createSourceFile('api.ts', code, ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (!ts.isInterfaceDeclaration(statement) || !/(?<!Error)Options$/.test(statement.name.text)) return [];
    return statement.members.flatMap((member) =>
      member.name !== undefined && ts.isIdentifier(member.name) ? `${statement.name.text}.${member.name.text}` : [],
    );
  });
}

function browserEntries(name: string, programs: string): string[] {
  const run = readPrograms(programs).filter(({ isForBrowsers }) => isForBrowsers);
  const imported = run.flatMap(({ text }) => Array.from(text.matchAll(/ from '([^']+)'/g), ([, path = '']) => path));
  const entries = imported.filter((path) => path === name || path.startsWith(`${name}/`));
  return [...new Set(entries.map((path) => `.${path.slice(name.length)}`))].sort();
}
