/**
 * Memory of a session and CPU of a request, of both versions, against bare servers of Node that hold the same sockets and
 * say the same. Each server is a process of its own, bundled like a program that is shipped, and so are its agents. Rounds of both servers alternate, so that the machine's other work hits them alike.
 *
 * `MOORLINE_BENCH_SESSIONS` says how many sessions there are; 5,000 unless told otherwise, 200 with `MOORLINE_BENCH_QUICK`,
 * which are good for a look: the memory of so few drowns in that of the process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { report } from '../../../tools/bench/harness.js';
import { nextMessage } from '../../../tools/bench/child.js';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';
import { makeCertificate } from '../../../tools/testenv/certificates.js';
import type { Answer, Order } from './session-server-process.js';

const isQuick = process.env['MOORLINE_BENCH_QUICK'] === '1';
const sessions = Number(process.env['MOORLINE_BENCH_SESSIONS'] ?? (isQuick ? 200 : 5000));
const rounds = isQuick ? 5 : 15;
/** Requests of one round. */
const requests = 10_000;
/** Requests before anything is measured: ten seconds and more. */
const warmUp = isQuick ? 20_000 : 120_000;
const { cert, key } = await makeCertificate();
const folder = fileURLToPath(new URL('..', import.meta.url));
await bundle(folder, {
  'session-server-process': 'bench/session-server-process.ts',
  'session-agents-process': 'bench/session-agents-process.ts',
});

/** One server with all its agents. */
interface Fleet {
  kibPerSession: number;
  /** One of each round. */
  cpuMicros: number[];
  /** Milliseconds. */
  p99: number[];
  round(): Promise<void>;
  close(): Promise<void>;
}

for (const version of ['v1', 'v2'] as const) {
  const bound = await startFleet(`bare ${version}`);
  const mine = await startFleet(`ours ${version}`);
  for (let round = 0; round < rounds; round++) {
    for (const fleet of round % 2 === 0 ? [bound, mine] : [mine, bound]) await fleet.round();
  }
  await bound.close();
  await mine.close();
  const bare = version === 'v1' ? 'a bare pair of node:https streams' : 'a bare node:http2 stream';
  const of = `${sessions} sessions of ${version}`;
  const memory = { unit: 'KiB', ours: mine.kibPerSession, peer: { name: bare, value: bound.kibPerSession } };
  // Of few sessions the process itself is most, and no goal can be told from it.
  report({ name: `memory of a session, ${of}`, ...memory, ...(sessions < 1000 ? {} : { goal: '≤ 1.3 ×' }) });
  // The least: what a round takes beyond it is the work of others, in caches and on the second core.
  const cpu = { ours: Math.min(...mine.cpuMicros), peer: { name: bare, value: Math.min(...bound.cpuMicros) } };
  report({ name: `server CPU of a request, ${of}`, unit: 'µs', ...cpu, goal: '≤ 1.3 ×' });
  const p99 = { ours: Math.min(...mine.p99), peer: { name: bare, value: Math.min(...bound.p99) } };
  report({ name: `p99 of a request, ${of}`, unit: 'ms', ...p99 });
}

async function startFleet(kind: string): Promise<Fleet> {
  const child = fork(bundled(folder, 'session-server-process'), [kind, cert, key], { execArgv: ['--expose-gc'] });
  const port = String(await nextMessage(child));
  const empty = await order(child, { kind: 'memory' });
  const program = bundled(folder, 'session-agents-process');
  const agents = fork(program, [kind, port, cert, String(sessions)], { execArgv: [] });
  await nextMessage(agents);
  const full = await order(child, { kind: 'memory' });
  if (full.sessions !== sessions) throw new Error(`${kind}: ${full.sessions} sessions instead of ${sessions}`);
  await order(child, { kind: 'ask', requests: warmUp, atOnce: 64 });
  const fleet: Fleet = {
    kibPerSession: (full.residentBytes - empty.residentBytes) / sessions / 1024,
    cpuMicros: [],
    p99: [],
    async round() {
      const { cpuMicros, latencies } = await order(child, { kind: 'ask', requests, atOnce: 64 });
      fleet.cpuMicros.push(cpuMicros / requests);
      fleet.p99.push(latencies.sort((a, b) => a - b)[Math.floor(requests * 0.99)] ?? 0);
    },
    async close() {
      for (const process of [agents, child]) {
        process.disconnect();
        await once(process, 'exit');
      }
    },
  };
  return fleet;
}

async function order(child: ChildProcess, what: Order): Promise<Answer> {
  child.send(what);
  return (await nextMessage(child)) as Answer;
}
