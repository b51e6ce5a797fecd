import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Exit, Running } from '../../test/harness/running.js';
import { password, people, type SessionCookie, sessionOf } from '../../test/web/harness/people.js';

const root = resolve(import.meta.dirname, '../../..');
const storeBench = join(root, 'packages/cc-store/bench');

/** The server from sources, with the page that was built, and jobs. */
export interface BenchPlane {
  url: string;
  /** An administrator's session. */
  cookie: SessionCookie;
  /** Of the roles `admin` and `api`. */
  token: string;
  stop(): Promise<unknown>;
}

/** @param jobs a multiple of 1,000, of which 3,000 run. */
export async function startBenchPlane(folder: string, pageFolder: string, jobs: number): Promise<BenchPlane> {
  const dataDir = join(folder, 'server');
  mkdirSync(dataDir);
  const running = String(Math.min(jobs, 3000));
  await well(
    fromSource(join(storeBench, 'fill-jobs.ts'), [join(dataDir, 'moorline.db'), String(jobs), running], '', storeBench),
  );
  const app = join(root, 'apps/server/src/main.ts');
  const flags = ['--data-dir', dataDir, '--port', '0', '--page-dir', pageFolder, '--log-level', 'warn'];
  const server = fromSource(app, ['serve', ...flags]);
  const [, url = ''] = await server.printed(/listening on (http:\S+)/);
  const command = (args: string[], input = '') => well(fromSource(app, [...args, '--data-dir', dataDir], input));
  const { username, role } = people.admin;
  await command(['user', 'add', username, '--role', role, '--password-file', '-'], password);
  const token = (await command(['jwt', 'create', '--role', 'admin', '--role', 'api'])).stdout.trim();
  return { url, token, cookie: await sessionOf(url, 'admin'), stop: () => server.stop() };
}

function fromSource(file: string, args: readonly string[], input = '', cwd = root): Running {
  return new Running(process.execPath, ['--import', 'tsx', '--conditions=@moorline/source', file, ...args], {
    cwd,
    input,
  });
}

async function well(running: Running): Promise<Exit> {
  const exit = await running.exit;
  if (exit.code !== 0) throw new Error(`ended with ${exit.code}:\n${exit.stdout}${exit.stderr}`);
  return exit;
}
