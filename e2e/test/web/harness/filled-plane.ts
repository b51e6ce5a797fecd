import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launchApp, runAppWell } from '../../harness/apps.js';
import { openPlane, type Plane } from '../../harness/plane.js';
import { run } from '../../harness/running.js';
import { password, people, type SessionCookie, sessionOf } from './people.js';

const storeBench = resolve(import.meta.dirname, '../../../../packages/cc-store/bench');

/** A control plane of its own with many jobs and no agent: nothing happens there but what the test does. */
export interface FilledPlane extends Plane {
  /** The administrator's. */
  cookie: SessionCookie;
}

/**
 * @param jobs so many, a multiple of 1,000, on the cluster `demo` of 3,000 nodes; the caller ends the server.
 */
export async function openFilledPlane(folder: string, jobs: number, ...options: string[]): Promise<FilledPlane> {
  const serverDir = join(folder, 'server');
  mkdirSync(serverDir);
  await fillStore(join(serverDir, 'moorline.db'), jobs);
  const plane = await openPlane(folder, launchApp, options);
  const { username, role } = people.admin;
  const args = ['user', 'add', username, '--role', role, '--password-file', '-', '--data-dir', serverDir];
  await runAppWell('server', args, { input: password });
  return Object.assign(plane, { cookie: await sessionOf(plane.url, 'admin') });
}

/** The store's own benchmark has the quickest way to many jobs. */
async function fillStore(path: string, jobs: number): Promise<void> {
  const args = [
    '--import',
    'tsx',
    '--conditions=@moorline/source',
    join(storeBench, 'fill-jobs.ts'),
    path,
    String(jobs),
    '0',
  ];
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: storeBench });
  if (code !== 0) throw new Error(`the store could not be filled:\n${stdout}${stderr}`);
}
