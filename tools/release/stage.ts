import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { stagePackage } from './stage-package.js';

/** Run in a package's folder, after its build. */
await runMain(async () => {
  const isStaged = await stagePackage(process.cwd(), root);
  process.stdout.write(isStaged ? 'staged in .stage\n' : 'private: nothing to stage\n');
  return 0;
});
