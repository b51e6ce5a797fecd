import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { selectWorkspaces, workspaces } from '../repo/workspaces.js';
import { outlineProblems } from './outline.js';
import { packageFacts } from './package-facts.js';

const help = `Usage: node tools/readme-check.mjs [NAME...]

Checks that the README of everything that npm gets has the outline of tools/docs/outline.ts, and agrees with what is recorded of its package.
`;

await runMain((names) => {
  if (names.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  const all = workspaces(root);
  const chosen = (names.length === 0 ? all : selectWorkspaces(all, names)).filter(({ isPublished }) => isPublished);
  const problems = chosen.flatMap(({ folder, path }) => {
    const readme = join(folder, 'README.md');
    if (!existsSync(readme)) return [`${path}/README.md is missing`];
    const isRun = existsSync(join(folder, 'test/readme.test.ts'));
    return [
      ...outlineProblems(readFileSync(readme, 'utf8'), packageFacts(folder, join(root, 'e2e/programs'))),
      ...(isRun ? [] : ['nothing runs its examples; write test/readme.test.ts']),
    ].map((problem) => `${path}/README.md: ${problem}`);
  });
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
});
