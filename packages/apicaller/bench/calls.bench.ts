/**
 * CPU time of a call in client and server together, against the smallest possible pair on plain `ws` (bench/floor.ts),
 * over plain TCP and over TLS. Caller and answerer are processes of their own, one connection for all calls; rounds of
 * both pairs interleave.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { nextMessage } from '../../../tools/bench/child.js';
import { median, report } from '../../../tools/bench/harness.js';
import { type Certificate, makeCertificate } from '../../../tools/testenv/certificates.js';
import type { PeerReply, PeerRequest } from './peer-process.js';
import type { CallName } from './results.js';

interface Pair {
  caller: ChildProcess;
  answerer: ChildProcess;
}

interface Round {
  /** Of caller and answerer together, microseconds for one call. */
  cpuUs: number;
  perSecond: number;
}

type Scheme = 'ws' | 'wss';

const rounds = 5;
const certificate = await makeCertificate({ dns: ['juju-apiserver'], ip: ['127.0.0.1'] });

for (const scheme of ['ws', 'wss'] as const) {
  const floor = await startPair('floor', scheme, certificate);
  const ours = await startPair('ours', scheme, certificate);
  try {
    await compare([floor, ours], scheme, 'ping', 1, 5000);
    await compare([floor, ours], scheme, 'ping', 64, 10_000);
    await compare([floor, ours], scheme, 'result100kB', 1, 200);
    await compare([floor, ours], scheme, 'result100kB', 64, 300);
  } finally {
    for (const { caller, answerer } of [floor, ours]) {
      caller.disconnect();
      answerer.disconnect();
    }
  }
}

async function compare(pairs: Pair[], scheme: Scheme, run: CallName, inFlight: number, count: number): Promise<void> {
  const [bound, measured] = await measurePairs(pairs, { run, inFlight, count });
  const name = `${run} over ${scheme}, ${inFlight} in flight`;
  report({
    name,
    unit: 'µs CPU a call',
    ours: measured?.cpuUs ?? 0,
    peer: { name: 'floor', value: bound?.cpuUs ?? 0 },
    goal: '≤ 1.25 ×',
  });
  report({
    name,
    unit: 'calls/s',
    ours: measured?.perSecond ?? 0,
    peer: { name: 'floor', value: bound?.perSecond ?? 0 },
  });
}

/** Medians of each pair, over rounds that interleave after one that is not counted. */
async function measurePairs(pairs: readonly Pair[], run: PeerRequest & { count: number }): Promise<Round[]> {
  const results = pairs.map((): Round[] => []);
  for (let round = 0; round <= rounds; round++) {
    const order = [...pairs.entries()];
    for (const [index, pair] of round % 2 === 0 ? order : order.reverse()) {
      const result = await runRound(pair, run);
      if (round > 0) results[index]?.push(result);
    }
  }
  return results.map((all) => ({
    cpuUs: median(all.map(({ cpuUs }) => cpuUs)),
    perSecond: median(all.map(({ perSecond }) => perSecond)),
  }));
}

async function runRound({ caller, answerer }: Pair, run: PeerRequest & { count: number }): Promise<Round> {
  const before = await ask(answerer, { cpu: true });
  const { cpuUs, wallMs } = await ask(caller, run);
  const after = await ask(answerer, { cpu: true });
  return { cpuUs: (cpuUs + after.cpuUs - before.cpuUs) / run.count, perSecond: (run.count / wallMs) * 1000 };
}

async function ask(child: ChildProcess, request: PeerRequest): Promise<{ cpuUs: number; wallMs: number }> {
  child.send(request);
  return (await nextMessage(child)) as { cpuUs: number; wallMs: number };
}

async function startPair(kind: string, scheme: Scheme, { cert, key }: Certificate): Promise<Pair> {
  const file = new URL('peer-process.ts', import.meta.url);
  // Without the native masking that another package may happen to bring along: figures must say which way they are.
  const env = { ...process.env, WS_NO_BUFFER_UTIL: '1', BENCH_CERT: cert, BENCH_KEY: key };
  const answerer = fork(file, ['answerer', kind, scheme], { env });
  const listening = (await nextMessage(answerer)) as PeerReply;
  if (!('port' in listening)) throw new Error('the answerer does not listen');
  const caller = fork(file, ['caller', kind, `${scheme}://127.0.0.1:${listening.port}`], { env });
  await nextMessage(caller);
  return { caller, answerer };
}
