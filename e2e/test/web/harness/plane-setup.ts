import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { hasChromium } from '../../../../tools/testenv/chromium.js';
import { soak } from '../../../../tools/testenv/scale.js';
import { sharedFolder } from '../../../../tools/testenv/shared.js';
import { syntheticLog } from '../../../bench/synthetic-log.js';
import { launchApp, runAppWell } from '../../harness/apps.js';
import { enrolAgent, openPlane, type Plane } from '../../harness/plane.js';
import type { Running } from '../../harness/running.js';
import { askServer } from './ask-server.js';
import { grid, gridCluster, gridJobs, gridLines, gridNodeStates } from './grid.js';
import { addPeople, password, people, type Person, type SessionCookie, sessionOf } from './people.js';

/** The control plane that the tests of the page share. */
export interface WebPlane {
  url: string;
  serverDir: string;
  /** Of the agent on this machine, which runs. */
  agentDir: string;
  /** A token of the roles `admin` and `api`. */
  token: string;
  cookies: Record<Person, SessionCookie>;
  /** Row ids of {@link gridJobs}. */
  jobs: Record<keyof ReturnType<typeof gridJobs>, number>;
  /** Jobs of the cluster `ipsc`, which were replayed from the log. */
  replayed: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Absent where there is no Chromium. */
    plane: WebPlane | undefined;
  }
}

const replayed = soak(500, 18_239);
const jobList = z.object({ jobs: z.array(z.object({ id: z.number(), jobId: z.number() })) });

/** For vitest's `globalSetup`: one built server with jobs, nodes, metrics, people and a running agent, for the tests of all files. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  if (!hasChromium) {
    provide('plane', undefined);
    return () => Promise.resolve();
  }
  const folder = mkdtempSync(join(tmpdir(), 'moorline-web-'));
  const plane = await openPlane(folder, launchApp, []);
  const agentDir = join(folder, 'agent');
  const end = async (): Promise<void> => {
    await agent?.stop('SIGKILL');
    await plane.server.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  let agent: Running | undefined;
  try {
    await enrolAgent(plane, agentDir, '--cluster', '*');
    const towards = ['--endpoint', plane.url, '--allow-insecure-http', '--data-dir', agentDir];
    agent = launchApp('agent', ['start', ...towards, '--interval', '1s']);
    const token = await plane.token('admin', 'api');
    const [jobs, cookies] = await Promise.all([
      fillGrid(plane.url, token),
      signInAll(plane),
      runAppWell('agent', ['replay', theLog(folder), '--cluster', 'ipsc', '--limit', String(replayed), ...towards]),
    ]);
    provide('plane', { url: plane.url, serverDir: plane.serverDir, agentDir, token, cookies, jobs, replayed });
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

/** The real log of a machine of 1993, else one of our own of the same kind. */
function theLog(folder: string): string {
  const shared = sharedFolder();
  if (shared !== undefined) return join(shared, 'data/workloads/NASA-iPSC-1993-3.1-cln.swf.gz');
  const path = join(folder, 'synthetic.swf');
  writeFileSync(path, syntheticLog(replayed));
  return path;
}

/** The administrator is added at the command line, the others by the administrator. */
async function signInAll({ url, serverDir }: Plane): Promise<WebPlane['cookies']> {
  const { username, role } = people.admin;
  const flags = ['--role', role, '--password-file', '-', '--data-dir', serverDir];
  await runAppWell('server', ['user', 'add', username, ...flags], { input: password });
  const admin = await sessionOf(url, 'admin');
  await addPeople(url, admin);
  const [support, manager, user] = await Promise.all([
    sessionOf(url, 'support'),
    sessionOf(url, 'manager'),
    sessionOf(url, 'user'),
  ]);
  return { admin, support, manager, user };
}

/** @returns the row ids of its jobs. */
async function fillGrid(url: string, token: string): Promise<WebPlane['jobs']> {
  const now = Math.floor(Date.now() / 60_000) * 60;
  const send = askServer({ url, token });
  await send('PUT', `/moorline/v1/clusters/${grid}`, gridCluster);
  await send('POST', '/api/write', `${gridLines(now).join('\n')}\n`);
  await send('POST', '/api/nodestate/', gridNodeStates);
  const jobs = Object.entries(gridJobs(now));
  for (const [, { start, stopTime }] of jobs) {
    await send('POST', '/api/jobs/start_job/', start);
    const { jobId, cluster, startTime } = start;
    const stop = { jobId, cluster, startTime, stopTime, jobState: 'completed' };
    if (stopTime !== undefined) await send('POST', '/api/jobs/stop_job/', stop);
  }
  const found = jobList.parse(await send('GET', `/api/jobs/?cluster=${grid}`)).jobs;
  const rowOf = (wanted: number): number | undefined => found.find(({ jobId }) => jobId === wanted)?.id;
  return Object.fromEntries(jobs.map(([name, { start }]) => [name, rowOf(start.jobId)])) as WebPlane['jobs'];
}
