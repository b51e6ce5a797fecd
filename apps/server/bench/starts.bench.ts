/**
 * Starting and stopping jobs over HTTP with 32 connections, on stores with no, 100,000 and a million jobs: the whole server
 * (token, Go's decoding, validation, one durable commit for each group) against Fastify alone with the same bodies, and
 * against node:http over bare SQL with the same durability.
 *
 * node --import tsx --conditions=@moorline/source bench/starts.bench.ts
 */
import { report } from '../../../tools/bench/harness.js';
import { startBareFastify, startBareSql, startBenchServer } from './bench-server.js';
import { compare } from './load/compare.js';
import { openLoad } from './load/load.js';
import { sizes } from './sizes.js';

const connections = 32;
const seconds = 2;
/** The goals are for sustained load: in its first seconds a process compiles what it runs. */
const warmUpSeconds = 10;
const load = openLoad();
const fastify = await startBareFastify();

for (const jobs of sizes.jobs) {
  const ours = await startBenchServer(jobs);
  const sql = await startBareSql(jobs);
  const at = `${jobs.toLocaleString('en-US')} jobs`;
  const next: Record<string, number> = {};
  const start = (target: string) => ({ kind: 'start' as const, firstJob: jobs + 1 + (next[target] ?? 0) });
  const cpuBefore = ours.cpuMs();
  let started = 0;
  const targets = { ours, fastify, sql };
  const results = await compare(load, targets, {
    connections,
    seconds,
    warmUpSeconds,
    rounds: sizes.rounds,
    what: start,
    onResult: (target, { answers }) => {
      next[target] = (next[target] ?? 0) + answers;
      if (target === 'ours') started += answers;
    },
  });
  report({
    name: `starts, ${at}`,
    unit: 'starts/s',
    ours: results.ours.perSecond,
    peer: { name: 'Fastify alone', value: results.fastify.perSecond },
    goal: `≥ ${jobs < 1_000_000 ? 6000 : 3000} starts/s`,
  });
  report({
    name: `starts, ${at}, against the database alone`,
    unit: 'starts/s',
    ours: results.ours.perSecond,
    peer: { name: 'node:http over bare SQL, same fsync', value: results.sql.perSecond },
  });
  report({
    name: `starts, ${at}, p99`,
    unit: 'ms',
    ours: results.ours.p99Ms,
    peer: { name: 'bare SQL, same fsync', value: results.sql.p99Ms },
    goal: '≤ 30 ms',
  });
  report({
    name: `starts, ${at}, longest stall of a round`,
    unit: 'ms',
    ours: results.ours.stallMs,
    peer: { name: 'bare SQL, same fsync', value: results.sql.stallMs },
    goal: '≤ 2 ×',
  });
  report({
    name: `starts, ${at}, longest stall of all rounds`,
    unit: 'ms',
    ours: results.ours.longestStallMs,
    peer: { name: 'bare SQL, same fsync', value: results.sql.longestStallMs },
  });
  report({
    name: `starts, ${at}, CPU of the server`,
    unit: 'µs/start',
    ours: ((ours.cpuMs() - cpuBefore) / started) * 1000,
  });

  const stopped = await load.run({
    ...{ url: ours.url, token: ours.token, connections, seconds: 2 * seconds, requests: started },
    what: { kind: 'stop', firstJob: jobs + 1 },
  });
  report({
    name: `stops, ${at}`,
    unit: 'stops/s',
    ours: stopped.perSecond,
    peer: { name: 'Fastify alone, starts', value: results.fastify.perSecond },
    goal: '≥ 3000 stops/s',
  });
  report({ name: `memory, ${at}`, unit: 'MB', ours: ours.residentMb(), goal: '≤ 250 MB' });
  await ours.close();
  await sql.close();
}
await fastify.close();
load.close();
