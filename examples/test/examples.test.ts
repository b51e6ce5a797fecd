import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../tools/examples/control-plane.js';
import { readExamples } from '../../tools/examples/examples.js';
import { installExamples } from '../../tools/examples/install.js';
import { updateManifests } from '../../tools/examples/manifests.js';
import { exampleRuns } from '../../tools/examples/runs.js';
import { npm, runCommand } from '../../tools/matrix/command.js';
import { root } from '../../tools/repo/root.js';
import { temporaryFolder, temporaryFolderOfFile } from '../../tools/testenv/temporary-folder.js';

const examples = readExamples(root);
const names = examples.map(({ name }) => name);

it('name the versions that a release publishes, and those of third parties that are tested here', () => {
  // Otherwise: npm run examples:update
  expect(updateManifests(root, { isCheck: true })).toEqual([]);
});

it('are all there, and are run where their README says how', () => {
  expect(readdirSync(join(root, 'examples'))).toEqual(expect.arrayContaining(names));
  expect(names).toEqual(expect.arrayContaining(Object.keys(exampleRuns)));
});

// What npm, compilers and bundlers do takes a minute of a quiet machine, and several of a busy one.
const timeout = 600_000;

describe('installed from what would be published', { timeout }, () => {
  const folder = temporaryFolderOfFile();
  const { signal } = new AbortController();
  let plane: Promise<ControlPlane> | undefined;
  const controlPlane = (): Promise<ControlPlane> =>
    (plane ??= startControlPlane([process.execPath, join(root, 'apps/server/dist/main.js')], folder, signal));
  beforeAll(() => installExamples(examples, { root, folder, signal }), timeout);
  afterAll(async () => (await plane)?.[Symbol.asyncDispose]());

  it('compile, each by its own tsconfig.json', async () => {
    const args = [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...names];
    expect(await runCommand(process.execPath, args, { cwd: folder, signal, timeoutMs: timeout })).toEqual(succeeded);
  });

  it.each(names)('%s passes its own tests', async (name) => {
    const [command, ...args] = npm();
    const options = { cwd: join(folder, name), signal, timeoutMs: timeout };
    const { code, lines } = await runCommand(command, [...args, 'test'], options);
    expect(code, lines.join('\n')).toBe(0);
  });

  for (const [name, { lacks, run }] of Object.entries(exampleRuns)) {
    it.skipIf(lacks !== undefined)(`${name} does what its README says`, () =>
      run({ folder: join(folder, name), scratch: temporaryFolder(), controlPlane, signal }),
    );
  }
});

const succeeded = { code: 0, lines: [] };
