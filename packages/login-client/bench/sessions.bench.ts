/**
 * Memory of a session and CPU of a request, of both versions, against bare servers of Node that hold the same sockets and
 * write the same bytes. Each server is a process of its own; the agents are in this one, and answer everything with `{}`.
 *
 * `MOORLINE_BENCH_SESSIONS` says how many sessions there are; 5,000 unless told otherwise, 200 with `MOORLINE_BENCH_QUICK`,
 * which are good for a look: the memory of so few drowns in that of the process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { makeCertificate } from '../../../tools/testenv/certificates.js';
import { report } from '../../../tools/bench/harness.js';
import { median } from '../../../tools/bench/measure.js';
import type { AddressInfo } from 'node:net';
import { connectV1, type StubOptions } from '../test/support/v1-stub.js';
import { connectV2 } from '../test/support/v2-stub.js';
import type { Answer, Order } from './session-server-process.js';
import { connectBareV2 } from './bare-v2-agent.js';

const isQuick = process.env['MOORLINE_BENCH_QUICK'] === '1';
const sessions = Number(process.env['MOORLINE_BENCH_SESSIONS'] ?? (isQuick ? 200 : 5000));
const requests = isQuick ? 2000 : 20_000;
const { cert, key } = await makeCertificate();

interface Figures {
  kibPerSession: number;
  cpuMicros: number;
  p99: number;
}

for (const version of ['v1', 'v2'] as const) {
  const bound = await figuresOf(`bare ${version}`);
  const mine = await figuresOf(`ours ${version}`);
  const bare = version === 'v1' ? 'a bare pair of node:https streams' : 'a bare node:http2 stream';
  const of = `${sessions} sessions of ${version}`;
  const memory = { unit: 'KiB', ours: mine.kibPerSession, peer: { name: bare, value: bound.kibPerSession } };
  // Of few sessions the process itself is most, and no goal can be told from it.
  report({ name: `memory of a session, ${of}`, ...memory, ...(sessions < 1000 ? {} : { goal: '≤ 1.3 ×' }) });
  const cpu = { unit: 'µs', ours: mine.cpuMicros, peer: { name: bare, value: bound.cpuMicros } };
  report({ name: `server CPU of a request, ${of}`, ...cpu, goal: '≤ 1.3 ×' });
  report({ name: `p99 of a request, ${of}`, unit: 'ms', ours: mine.p99, peer: { name: bare, value: bound.p99 } });
}

async function figuresOf(kind: string): Promise<Figures> {
  const execArgv = [...process.execArgv, '--expose-gc'];
  const child = fork(new URL('session-server-process.ts', import.meta.url), [kind, cert, key], { execArgv });
  const [port] = (await once(child, 'message')) as [number];
  const address: AddressInfo = { address: '127.0.0.1', family: 'IPv4', port };
  const agents: { destroy(): void }[] = [];
  try {
    const empty = await order(child, { kind: 'memory' });
    let next = 0;
    const connectSome = async (): Promise<void> => {
      while (next < sessions) {
        const machineId = `m-${next++}`;
        agents.push(await connect(kind, { address, ca: cert, token: machineId, machineId }));
      }
    };
    await Promise.all(Array.from({ length: 32 }, connectSome));
    const full = await order(child, { kind: 'memory' });
    if (full.sessions !== sessions) throw new Error(`${kind}: ${full.sessions} sessions instead of ${sessions}`);
    // Warm: what is measured is the server of a fleet, which has answered before.
    await order(child, { kind: 'ask', requests: requests * 3, atOnce: 64 });
    const rounds: Answer[] = [];
    for (let round = 0; round < 5; round++) rounds.push(await order(child, { kind: 'ask', requests, atOnce: 64 }));
    return {
      kibPerSession: (full.residentBytes - empty.residentBytes) / sessions / 1024,
      cpuMicros: median(rounds.map(({ cpuMicros }) => cpuMicros / requests)),
      p99: median(rounds.map(({ latencies }) => latencies.sort((a, b) => a - b)[Math.floor(requests * 0.99)] ?? 0)),
    };
  } finally {
    for (const agent of agents) agent.destroy();
    child.disconnect();
    await once(child, 'exit');
  }
}

async function order(child: ChildProcess, what: Order): Promise<Answer> {
  child.send(what);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}

async function connect(kind: string, options: StubOptions): Promise<{ destroy(): void }> {
  if (kind === 'bare v2') return connectBareV2(options);
  if (kind === 'ours v2') {
    const agent = connectV2(options);
    agent.hello('v0.13.0');
    await agent.packets.next();
    agent.answerAll(() => ({}));
    return agent;
  }
  const agent = await connectV1(options);
  agent.answerAll(() => ({}));
  return agent;
}
