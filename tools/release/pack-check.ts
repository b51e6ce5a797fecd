import { join, relative } from 'node:path';
import { checkPackage } from '../gates/check-package.js';
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
  const problems = await checkPackage(cwd, relative(root, cwd));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const publint = await runGroup(process.execPath, [bin('publint'), '--strict', '.stage'], { cwd });
  const isGood = problems.length === 0 && publint === 0;
  if (exports === undefined) return isGood ? 0 : 1; // a program: nobody imports it, so it has no types
  const attw = ['--pack', '.stage', '--profile', 'strict', '--format', 'ascii', '--quiet'];
  const types = await runGroup(process.execPath, [bin('attw'), ...attw], { cwd });
  return isGood && types === 0 ? 0 : 1;
});
