import { join } from 'node:path';
import { runGroup } from '../process/run-group.js';
import { runMain } from '../process/run-main.js';
import { readJson } from '../repo/json.js';
import { bin } from '../repo/root.js';

/** Run in a package's folder, after staging: would every user, with every module resolution, find code and types? */
await runMain(async () => {
  const cwd = process.cwd();
  const { private: isPrivate, exports } = readJson(join(cwd, 'package.json'));
  if (isPrivate === true) {
    process.stdout.write('private: nothing to check\n');
    return 0;
  }
  const publint = await runGroup(process.execPath, [bin('publint'), '--strict', '.stage'], { cwd });
  if (exports === undefined) return publint; // a program: nobody imports it, so it has no types
  const attw = ['--pack', '.stage', '--profile', 'strict', '--format', 'ascii', '--quiet'];
  const types = await runGroup(process.execPath, [bin('attw'), ...attw], { cwd });
  return publint === 0 && types === 0 ? 0 : 1;
});
