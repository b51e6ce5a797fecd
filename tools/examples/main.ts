import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { updateManifests } from './manifests.js';

await runMain(async () => {
  const changed = updateManifests(root);
  process.stdout.write(changed.length === 0 ? 'all up to date\n' : changed.map((path) => `wrote ${path}\n`).join(''));
  return 0;
});
