/**
 * Lists of jobs over HTTP with 16 connections, on stores with 100,000 and a million jobs of which 3,000 run: the whole server
 * against Fastify alone answering the same text, and against node:http over one bare SQL statement with an index for each
 * condition. The goals for p99 are ratios: whatever else the machine does hits both alike.
 *
 * node --import tsx --conditions=@moorline/source bench/lists.bench.ts
 */
import { report } from '../../../tools/bench/harness.js';
import { type BenchServer, type Measured, startBareFastify, startBareSql, startBenchServer } from './bench-server.js';
import { compare } from './load/compare.js';
import { openLoad } from './load/load.js';
import { cluster, epoch } from './load/requests.js';
import { sizes } from './sizes.js';

/** The goals are for sustained load: in its first seconds a process compiles what it runs. */
const warmUpSeconds = 10;

interface Question {
  name: string;
  path: string;
  /** Numbers that stand in the place of the path's `*`: what is asked for is seldom asked again. */
  anyOf?: number;
  /** Answers a second with 100,000 jobs. */
  goal?: number;
}

const questions: Question[] = [
  { name: 'running', path: 'jobs/?state=running', goal: 2000 },
  { name: 'newest', path: 'jobs/', goal: 2000 },
  { name: 'running, any page', path: 'jobs/?state=running&page=*', anyOf: 120 },
  { name: 'completed', path: 'jobs/?state=completed', goal: 800 },
  { name: 'completed, any page', path: 'jobs/?state=completed&page=*', anyOf: 400 },
  { name: 'two states', path: 'jobs/?state=completed&state=failed', goal: 800 },
  { name: 'cluster', path: `jobs/?cluster=${cluster}` },
  { name: 'project', path: 'jobs/?project=p3' },
  { name: 'project, two states', path: 'jobs/?project=p3&state=failed&state=running' },
  { name: 'cluster, project, state', path: `jobs/?cluster=${cluster}&project=p3&state=completed` },
  { name: 'time span', path: `jobs/?start-time=${epoch + 20_000}-${epoch + 21_000}` },
  { name: 'time span, project', path: `jobs/?start-time=${epoch + 20_000}-${epoch + 40_000}&project=p3` },
  { name: 'nothing matches', path: 'jobs/?project=nobody&state=completed' },
  { name: '100 a page', path: 'jobs/?items-per-page=100' },
  { name: '10,000 jobs in', path: 'jobs/?page=401' },
  { name: 'project, 4,000 jobs in', path: 'jobs/?project=p3&page=161' },
  { name: 'with metadata', path: 'jobs/?with-metadata=1' },
  // More pages than are kept.
  { name: 'with metadata, any page', path: 'jobs/?with-metadata=1&page=*', anyOf: 1000 },
  { name: 'used nodes', path: 'jobs/used_nodes?ts=1900000000', goal: 1000 },
];

const load = openLoad();
const fastify = await startBareFastify();
for (const jobs of sizes.jobs.filter((count) => count > 0)) {
  const ours = await startBenchServer(jobs);
  const sql = await startBareSql(jobs);
  await warmUp(ours);
  for (const question of questions) await ask(question, jobs, ours, sql);
  await askById(jobs, ours);
  await askForAll(jobs, ours);
  report({ name: `memory after lists, ${at(jobs)}`, unit: 'MB', ours: ours.residentMb(), goal: '≤ 250 MB' });
  await ours.close();
  await sql.close();
}
await fastify.close();
load.close();

/** Pages that are made anew, and single jobs. */
async function warmUp({ url, token }: BenchServer): Promise<void> {
  for (const path of ['/api/jobs/?page=*', '/api/jobs/*']) {
    const what = { kind: 'get' as const, path, anyOf: 3000 };
    await load.run({ url, token, connections: 16, seconds: warmUpSeconds / 2, what });
  }
}

async function ask(
  { name, path, anyOf, goal }: Question,
  jobs: number,
  ours: BenchServer,
  sql: Measured,
): Promise<void> {
  const what = { kind: 'get' as const, path: `/api/${path}`, ...(anyOf === undefined ? {} : { anyOf }) };
  const plan = { connections: 16, seconds: 1, what: () => what };
  const { lastBody } = await load.run({ ...plan, url: ours.url, token: ours.token, what: plan.what() });
  await tellFastify(lastBody);
  const cpuBefore = ours.cpuMs();
  const result = await compare(load, { ours, fastify, sql }, { ...plan, rounds: sizes.rounds });
  const cpu = ((ours.cpuMs() - cpuBefore) / result.ours.answers) * 1000;
  report({
    name: `${name}, ${at(jobs)}`,
    unit: 'answers/s',
    ours: result.ours.perSecond,
    peer: { name: `Fastify, same ${Math.round(lastBody.length / 1000)} kB`, value: result.fastify.perSecond },
    ...(goal === undefined || jobs > 100_000 ? {} : { goal: `≥ ${goal} answers/s` }),
  });
  report({
    name: `${name}, ${at(jobs)}, p99`,
    unit: 'ms',
    ours: result.ours.p99Ms,
    peer: { name: 'bare indexed SQL', value: result.sql.p99Ms },
    goal: '≤ 3 ×',
  });
  report({ name: `${name}, ${at(jobs)}, CPU of the server`, unit: 'µs/answer', ours: cpu });
}

async function askById(jobs: number, ours: BenchServer): Promise<void> {
  const what = () => ({ kind: 'get' as const, path: '/api/jobs/*', anyOf: jobs });
  const cpuBefore = ours.cpuMs();
  const result = await compare(load, { ours }, { connections: 16, seconds: 1, what, rounds: sizes.rounds });
  const name = `by id, any of ${at(jobs)}`;
  report({ name, unit: 'answers/s', ours: result.ours.perSecond, goal: '≥ 3000 answers/s' });
  const cpu = ((ours.cpuMs() - cpuBefore) / result.ours.answers) * 1000;
  report({ name: `${name}, CPU of the server`, unit: 'µs/answer', ours: cpu });
}

/** What a scheduler's adapter asks at its start: all running jobs in one answer. Nobody else may wait long for it. */
async function askForAll(jobs: number, ours: BenchServer): Promise<void> {
  const all = {
    kind: 'get' as const,
    path: '/api/jobs/?state=running&items-per-page=9999999&page=1&with-metadata=false',
  };
  const other = openLoad();
  const [whole, beside] = await Promise.all([
    load.run({ url: ours.url, token: ours.token, connections: 1, seconds: 2, what: all }),
    other.run({
      url: ours.url,
      token: ours.token,
      connections: 1,
      seconds: 2,
      what: { kind: 'get', path: '/api/jobs/500' },
    }),
  ]);
  other.close();
  report({ name: `all 3,000 running jobs, ${at(jobs)}`, unit: 'ms', ours: whole.p50Ms });
  report({
    name: `by id beside that, ${at(jobs)}, p99`,
    unit: 'ms',
    ours: beside.p99Ms,
    peer: { name: 'one such answer', value: whole.p50Ms },
    goal: '≤ 1.5 ×',
  });
}

async function tellFastify(answer: string): Promise<void> {
  const headers = { 'content-type': 'text/plain' };
  const { status } = await fetch(`${fastify.url}/answer`, { method: 'PUT', headers, body: answer });
  if (status !== 204) throw new Error(`the peer answered ${status}`);
}

function at(jobs: number): string {
  return `${jobs.toLocaleString('en-US')} jobs`;
}
