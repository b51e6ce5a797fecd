import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '../../examples/control-plane.js';
import { copyExample, type Example, isOwn } from '../../examples/examples.js';
import { exampleRuns } from '../../examples/runs.js';
import { failedBy, type Outcome, pass } from '../cell.js';
import { npm, runWell } from '../command.js';
import { useRegistry } from '../folders.js';
import { hashOf, hashOfFolder } from '../key.js';
import type { Program } from '../programs.js';
import type { MatrixContext, Row } from '../row.js';

/** A project of `examples/` as a column of the matrix. */
export const exampleProgram = ({ name, folder, packages }: Example): Program => ({
  name,
  kind: 'example',
  text: '',
  // How it is run is beside the matrix.
  hash: hashOf(
    hashOfFolder(folder, isOwn),
    hashOfFolder(join(import.meta.dirname, '../../examples'), () => true),
  ),
  packages: [...packages, ...(exampleRuns[name]?.alsoUses ?? [])],
  needsPeers: false,
  isForBrowsers: false,
});

/** What the row installs. */
export interface ExamplesOptions {
  registry: () => string;
  examples: readonly Example[];
}

/**
 * Each project of `examples/` in a folder of its own, as somebody gets who copies it: installed from the registry, compiled, tested, and
 * run as its README says against the published server.
 */
export const examplesRow = ({ registry, examples }: ExamplesOptions): Row => ({
  name: 'examples',
  title: `Node ${process.versions.node}, each of examples/ installed alone`,
  environment: `node ${process.versions.node}`,
  kinds: ['example'],
  excludes: ({ name }) => exampleRuns[name]?.lacks,
  async run(programs, context) {
    const { scratch, signal } = context;
    const parent = join(scratch, 'examples');
    mkdirSync(parent, { recursive: true });
    let plane: Promise<ControlPlane> | undefined;
    const controlPlane = () => (plane ??= startPublished(context, parent));
    const outcomes = new Map<string, Outcome>();
    try {
      for (const example of examples.filter(({ name }) => programs.some((program) => program.name === name))) {
        if (signal.aborted) break;
        const folder = join(parent, example.name);
        const data = join(parent, `${example.name}.data`);
        mkdirSync(data);
        outcomes.set(
          example.name,
          await outcomeOf(async () => {
            await install(example, folder, registry(), signal);
            await exampleRuns[example.name]?.run({ folder, scratch: data, controlPlane, signal });
          }),
        );
      }
    } finally {
      await (await plane?.catch(() => undefined))?.[Symbol.asyncDispose]();
    }
    return outcomes;
  },
});

async function install(example: Example, folder: string, registry: string, signal: AbortSignal): Promise<void> {
  copyExample(example, folder);
  useRegistry(folder, registry);
  const [command, ...args] = npm();
  for (const words of [['install', '--prefer-offline'], ['run', 'typecheck'], ['test']]) {
    await runWell(command, [...args, ...words], { cwd: folder, signal, timeoutMs: 600_000 });
  }
}

async function startPublished(context: MatrixContext, folder: string): Promise<ControlPlane> {
  const bin = join(await context.folder('apps'), 'node_modules/.bin/moorline-server');
  return startControlPlane([bin], folder, context.signal);
}

async function outcomeOf(run: () => Promise<void>): Promise<Outcome> {
  try {
    await run();
    return pass;
  } catch (error) {
    return failedBy(error);
  }
}
