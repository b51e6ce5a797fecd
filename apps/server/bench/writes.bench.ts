/**
 * Metric samples over HTTP: decoding of line protocol, one durable journal row for each group, against Fastify alone taking
 * the same bodies and keeping nothing.
 *
 * node --import tsx --conditions=@moorline/source bench/writes.bench.ts
 */
import { report } from '../../../tools/bench/harness.js';
import { startBareFastify, startBenchServer } from './bench-server.js';
import { compare } from './load/compare.js';
import { openLoad } from './load/load.js';
import { epoch, hosts } from './load/requests.js';
import { sizes } from './sizes.js';

const load = openLoad();
const ours = await startBenchServer(0);
const fastify = await startBareFastify();
const metrics = 8;
let firstTime = epoch;

// Every series' first sample: making series is not what is measured.
const first = { kind: 'write' as const, lines: 1000, metrics, firstTime };
await load.run({ ...ours, connections: 1, seconds: 60, requests: (metrics * hosts) / first.lines, what: first });

for (const { lines, connections, goal } of [
  { lines: 1000, connections: 8, goal: 400_000 },
  { lines: 1, connections: 32, goal: 5000 },
]) {
  const cpuBefore = ours.cpuMs();
  const result = await compare(
    load,
    { ours, fastify },
    {
      connections,
      seconds: 2,
      rounds: sizes.rounds,
      // Each round is an hour later than the one before.
      what: () => ({ kind: 'write', lines, metrics, firstTime: (firstTime += 3600) }),
    },
  );
  const name = `${lines.toLocaleString('en-US')} lines a request, ${connections} connections`;
  report({
    name,
    unit: 'lines/s',
    ours: result.ours.perSecond * lines,
    peer: { name: 'Fastify alone', value: result.fastify.perSecond * lines },
    goal: `≥ ${goal} lines/s`,
  });
  report({ name: `${name}, p99`, unit: 'ms', ours: result.ours.p99Ms });
  const cpu = ((ours.cpuMs() - cpuBefore) / (result.ours.answers * lines)) * 1000;
  report({ name: `${name}, CPU of the server`, unit: 'µs/line', ours: cpu });
}
await ours.close();
await fastify.close();
load.close();
