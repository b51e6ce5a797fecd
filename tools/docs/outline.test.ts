import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../repo/root.js';
import { outlineProblems } from './outline.js';
import { optionsIn, packageFacts, type PackageFacts } from './package-facts.js';
import { updateSizeTable } from './size-section.js';

const facts: PackageFacts = {
  name: '@moorline/lighthouse',
  isProgram: false,
  hasCommand: false,
  node: '^20.19.0 || >=22.12.0',
  dependencies: ['@moorline/core', 'ws', 'msw'],
  budgets: { '.': 12_340, './msw': 200 },
  options: ['GreetOptions.from', 'GreetOptions.timeoutMs'],
  browserEntries: ['.', './msw'],
};

const example = (title: string): string => `### ${title}

\`\`\`ts
import { greet } from '@moorline/lighthouse';

## not a heading
await greet();
\`\`\`
`;
/** A README that has everything; each case below takes or changes one thing of it. */
const good = `# @moorline/lighthouse

The greeting protocol, both halves.

**For** those who greet.

## Install

\`\`\`sh
npm install @moorline/lighthouse
\`\`\`

## Examples

${example('Greet')}
${example('Answer')}
${example('Test')}
## Of its own

More.

## Options

| option              | default | meaning |
| ------------------- | ------- | ------- |
| \`from\`, \`timeoutMs\` | none    | who     |

## Errors

| code           | retry | when             | what to do  |
| -------------- | ----- | ---------------- | ----------- |
| \`bad_greeting\` |       | another greeting | greet again |

## Runtimes

| runtime  | range or entries          |
| -------- | ------------------------- |
| Node     | \`^20.19.0 \\|\\| >=22.12.0\` |
| Bun      | all entries               |
| Deno     | all entries               |
| browsers | \`.\`, \`./msw\`              |

## Differences from the original

None: it has no faults.

## Size

| entry   | at most |
| ------- | ------- |
| \`.\`     | 12.4 kB |
| \`./msw\` | 0.2 kB  |

- \`@moorline/core\`: errors.
- \`ws\` and \`msw\`: sockets, and mocks (an optional peer).
`;
const program: PackageFacts = { ...facts, isProgram: true, options: [], budgets: {} };

it('lets a README pass that has all of the outline', () => {
  expect(outlineProblems(good, facts)).toEqual([]);
  const asProgram = good.replaceAll('```ts', '```sh').replaceAll('greet();', 'moorline-lighthouse greet');
  expect(outlineProblems(asProgram, program)).toEqual([]);
});

const broken: [what: string, from: string | RegExp, to: string, problem: string][] = [
  ['another title', '# @moorline/lighthouse', '# Lighthouse', 'line 1: the title is not "# @moorline/lighthouse"'],
  ['no first paragraph', 'The greeting protocol, both halves.\n\n', '', 'line 3: no paragraph says what it speaks'],
  ['a list in its place', 'The greeting', '- The greeting', 'line 3: no paragraph says what it speaks'],
  ['nobody whom it is for', '**For** those', 'Those', 'line 3: nothing says who it is for'],
  ['no Install', '## Install\n', '', 'no "## Install"; begin with it'],
  ['no Examples', '## Examples\n', '', 'no "## Examples"; it belongs behind "## Install"'],
  ['no Options', '## Options\n', '', 'no "## Options"; it belongs behind "## Examples"'],
  ['no Errors', '## Errors\n', '', 'no "## Errors"; it belongs behind "## Options"'],
  ['no Runtimes', '## Runtimes\n', '', 'no "## Runtimes"; it belongs behind "## Errors"'],
  [
    'no Differences',
    /## Differences.*\n/,
    '',
    'no "## Differences from the original"; it belongs behind "## Runtimes"',
  ],
  ['no Size', '## Size\n', '', 'no "## Size"; it belongs behind "## Differences from the original"'],
  ['a heading in another form', 'from the original', 'to it', '"## Differences to it" is out of place'],
  [
    'two in another order',
    /(## Runtimes[^]*?)(## Diff[^]*?)(?=## Size)/,
    '$2$1',
    '"## Runtimes" is out of place; it belongs before',
  ],
  ['one twice', '## Size', '## Errors\n\n## Size', '"## Errors" is there twice; join the two'],
  [
    'its own section elsewhere',
    '## Size',
    '## Speed\n\n## Size',
    '"## Speed" is out of place; sections of a package\'s own stand between',
  ],
  ['no command that installs', 'npm install', 'yarn add', 'Install: no line "npm install @moorline/lighthouse"'],
  ['two examples', '### Test', 'Test', 'Examples: fewer than three'],
  [
    'an example of something else',
    "from '@moorline/lighthouse'",
    "from './it'",
    'Examples: an example does not import @moorline/lighthouse',
  ],
  ['no defaults', '| default |', '| normal  |', 'Options: no table with a column "default"'],
  ['an option that is not named', '`timeoutMs`', '', 'Options: it does not name GreetOptions.timeoutMs'],
  ['no table of errors', '| code ', '| name ', 'Errors: no table that begins with a column "code"'],
  ['no column of meanings', '| when ', '| hmm  ', 'Errors: its table has no column "when"'],
  ['no column of advice', '| what to do ', '| hint       ', 'Errors: its table has no column "what to do"'],
  ['an error without advice', 'greet again', '', 'Errors: `bad_greeting` has nothing under "what to do"'],
  [
    'a runtime without a row',
    '| Deno     | all entries               |\n',
    '',
    'Runtimes: its table has no row for Deno',
  ],
  ['another range of Node', '>=22.12.0', '>=22', 'Runtimes: the row of Node is not'],
  [
    'a browser entry too few',
    '`.`, `./msw`              |',
    '`.` |',
    'names other entries than are run there: `.`, `./msw`',
  ],
  ['no difference and no reason', 'None: it has no faults.', '', 'Differences from the original: it is empty'],
  ['no table of sizes', /\| entry[^]*0\.2 kB {2}\|\n/, '', 'Size: no table'],
  ['an old size', '12.4 kB', '12.3 kB', 'Size: its table is not that of etc/size-budget.json; npm run api:update'],
  [
    'a dependency without a reason',
    '- `@moorline/core`: errors.\n',
    '',
    'Size: no line "- `@moorline/core`: what for"',
  ],
  ['a dependency that is gone', '`ws` and', '`ws`, `left-pad` and', 'Size: `left-pad` is no dependency'],
];
it.each(broken)('tells of %s', (_, from, to, problem) => {
  const changed = good.replace(from, to);
  expect(changed).not.toBe(good);
  expect(outlineProblems(changed, facts)).toContainEqual(expect.stringContaining(problem));
});

it('counts a program’s examples in commands', () => {
  expect(outlineProblems(good, program)).toContainEqual(expect.stringContaining('with a block of sh'));
});

it('takes the options of a recorded API, without those of its errors', () => {
  const report =
    '## API\n```ts\nexport interface GreetOptions extends A {\n  from: string;\n  signal?: AbortSignal;\n}\n';
  expect(optionsIn(`${report}export interface GreetErrorOptions { code: string }\n\`\`\`\n`)).toEqual([
    'GreetOptions.from',
    'GreetOptions.signal',
  ]);
});

it('knows what a package is run in: core is, in browsers, without a dependency', () => {
  const known = packageFacts(join(root, 'packages/core'), join(root, 'e2e/programs'));
  expect(known).toMatchObject({ dependencies: [], browserEntries: ['.', './testing'], isProgram: false });
  expect(known.options).toContain('RetryOptions.maxAttempts');
});

it('writes the table of sizes, as the check wants it and prettier leaves it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-outline-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'etc/size-budget.json'), JSON.stringify(facts.budgets));
  writeFileSync(join(folder, 'README.md'), good.replace(/(\| entry.*\n\|.*\n)\|.*\n\|.*\n/, '$1'));
  updateSizeTable(folder);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe(good);
});
