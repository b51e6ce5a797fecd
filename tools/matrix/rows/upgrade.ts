import { join } from 'node:path';
import { readJson } from '../../repo/json.js';
import { fail, type Outcome, pass, unavailable } from '../cell.js';
import { npm, reasonOf, runCommand, runWell } from '../command.js';
import { emptyFolder, install, peersOf, type Published } from '../folders.js';
import { onlyWithoutPeers } from '../programs.js';
import type { Row } from '../row.js';
import { writePrograms } from '../write-programs.js';

/** What the row moves between. */
export interface Upgrade {
  registry: () => string;
  /** Text of `check.ts`. */
  shared: string;
  /** The libraries in their previous version; undefined where there is none. */
  before: readonly Published[] | undefined;
  after: readonly Published[];
}

/**
 * A project on the previous version moves to the next: by `npm update` where its ranges take it there, else by installing the next
 * by name, as the changelog of a 0.x minor version asks for. Its programs are not touched and must pass before and after.
 */
export const upgradeRow = ({ registry, shared, before, after }: Upgrade): Row => ({
  name: 'upgrade',
  title: `Node ${process.versions.node}, from ${before?.[0]?.version ?? 'nothing'} to ${after[0]?.version ?? ''}`,
  environment: `node ${process.versions.node} ${before?.map(({ name, version }) => name + version).join() ?? ''}`,
  kinds: ['program'],
  excludes: ({ name }) => (name === onlyWithoutPeers ? 'is about absent peers; here all are installed' : undefined),
  async run(programs, { scratch, signal }) {
    if (before === undefined) {
      const none = unavailable('no change waits for release, so there is no next version');
      return new Map(programs.map(({ name }) => [name, none]));
    }
    const cwd = await emptyFolder('upgrade', { parent: scratch, registry: registry() });
    await install(cwd, [...before.map(({ name, version }) => `${name}@^${version}`), ...peersOf(before)], signal);
    await writePrograms(programs, shared, cwd);

    const outcomes = new Map<string, Outcome>();
    const runAll = async (when: string) => {
      for (const { name } of programs) {
        if (signal.aborted || outcomes.get(name)?.status === 'fail') continue;
        const options = { cwd, signal, timeoutMs: 60_000 };
        const { code, lines } = await runCommand(process.execPath, [`esm/${name}.main.js`], options);
        outcomes.set(name, code === 0 ? pass : fail(`${when}: ${reasonOf(lines)}`));
      }
    };
    await expectVersions(cwd, before);
    await runAll(`with ${before[0]?.version ?? ''}`);

    const [command, ...args] = npm();
    await runWell(command, [...args, 'update'], { cwd, signal, timeoutMs: 600_000 });
    const isThere = after.every(({ name, version }) => installed(cwd, name) === version);
    if (!isThere) {
      await runAll('after npm update');
      await install(
        cwd,
        after.map(({ name, version }) => `${name}@^${version}`),
        signal,
      );
    }
    await expectVersions(cwd, after);
    // One version of each: two cores, say, would be two worlds of errors.
    await runWell(command, [...args, 'ls', '--all'], { cwd, signal });
    await runAll(`with ${after[0]?.version ?? ''}`);
    return outcomes;
  },
});

const installed = (cwd: string, name: string): unknown =>
  readJson(join(cwd, 'node_modules', name, 'package.json'))['version'];

async function expectVersions(cwd: string, wanted: readonly Published[]): Promise<void> {
  for (const { name, version } of wanted) {
    const found = installed(cwd, name);
    if (found !== version) throw new Error(`expected ${name} ${version}, found ${String(found)}`);
  }
}
