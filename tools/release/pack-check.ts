import { join, relative } from 'node:path';
import { checkPackage } from '../gates/check-package.js';
import { typesProblems } from '../gates/types.js';
import { runGroup } from '../process/run-group.js';
import { runMain } from '../process/run-main.js';
import { readJson } from '../repo/json.js';
import { bin, root } from '../repo/root.js';

/**
 * Run in a package's folder, after staging: would every user, with every module resolution, find code and types, and nothing else
 * than that?
 */
await runMain(async () => {
  const cwd = process.cwd();
  const { private: isPrivate, exports } = readJson(join(cwd, 'package.json'));
  if (isPrivate === true) {
    process.stdout.write('private: nothing to check\n');
    return 0;
  }
  // A program has no types: nobody imports it.
  const types = exports === undefined ? [] : await typesProblems(cwd);
  const problems = [...(await checkPackage(cwd, relative(root, cwd))), ...types];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const publint = await runGroup(process.execPath, [bin('publint'), '--strict', '.stage'], { cwd });
  return problems.length === 0 && publint === 0 ? 0 : 1;
});
