import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runMain } from '../process/run-main.js';
import { readJson } from '../repo/json.js';
import { root } from '../repo/root.js';
import { workspaces } from '../repo/workspaces.js';
import { runtimeClosure } from './runtime-closure.js';
import { billOfMaterials } from './sbom.js';

const help = `Usage: npm run sbom [-- FOLDER]

Writes a bill of materials (CycloneDX, JSON) for each package that is published into FOLDER (default: sbom/): itself and
what npm installs with it, at the versions of package-lock.json, each with its licence and hash.
`;

await runMain(async (args) => {
  const [target = 'sbom', ...more] = args;
  if (target.startsWith('-') || more.length > 0) {
    process.stdout.write(help);
    return target === '--help' && more.length === 0 ? 0 : 2;
  }
  const folder = resolve(root, target);
  mkdirSync(folder, { recursive: true });
  const lock = readJson(join(root, 'package-lock.json'));
  for (const { shortName, path } of workspaces(root).filter((one) => one.isPublished)) {
    const kind = path.startsWith('apps/') ? 'application' : 'library';
    const file = join(folder, `${shortName}.cdx.json`);
    writeFileSync(file, billOfMaterials(runtimeClosure(lock, path), kind));
    process.stdout.write(`${file}\n`);
  }
  return 0;
});
