/**
 * CPU time of a call in both halves together, against the smallest possible pair on plain `ws` (bench/floor.ts). Caller
 * and answerer are processes of their own, one connection for all calls; rounds of both pairs interleave.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { median, report } from '../../../tools/bench/harness.js';
import { nextMessage } from '../../../tools/bench/child.js';
import type { PeerReply, PeerRequest } from './peer-process.js';
import type { CallName } from './results.js';

interface Pair {
  caller: ChildProcess;
  answerer: ChildProcess;
}

interface Round {
  /** Of caller and answerer together, microseconds for one call. */
  cpuUs: number;
  /** Of the caller alone. */
  callerUs: number;
  perSecond: number;
}

const rounds = 5;
const floor = await startPair('floor', 'floor');
const ours = await startPair('ours', 'ours');
const oursOnFloor = await startPair('ours', 'floor');
try {
  await compare('ping', 1, 5000);
  await compare('ping', 64, 10_000);
  await compare('hashes100B', 1, 5000);
  await compare('hashes100B', 64, 10_000);
  await compare('hashes100kB', 1, 150);
  await compare('hashes100kB', 64, 250);
  await compare('services100kB', 1, 100);
  await compare('services100kB', 64, 150);
  const [bound, caller] = await measurePairs([floor, oursOnFloor], { run: 'images10MB', inFlight: 1, count: 4 });
  report({
    name: 'ListImages of 10 MB, in the caller',
    unit: 'ms CPU',
    ours: (caller?.callerUs ?? 0) / 1000,
    peer: { name: 'plain ws and JSON.parse', value: (bound?.callerUs ?? 0) / 1000 },
    goal: '≤ 1.3 ×',
  });
} finally {
  for (const { caller, answerer } of [floor, ours, oursOnFloor]) {
    caller.disconnect();
    answerer.disconnect();
  }
}

async function compare(run: CallName, inFlight: number, count: number): Promise<void> {
  const [bound, measured] = await measurePairs([floor, ours], { run, inFlight, count });
  const name = `${run}, ${inFlight} in flight`;
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
    callerUs: median(all.map(({ callerUs }) => callerUs)),
    perSecond: median(all.map(({ perSecond }) => perSecond)),
  }));
}

async function runRound({ caller, answerer }: Pair, run: PeerRequest & { count: number }): Promise<Round> {
  const before = await ask(answerer, { cpu: true });
  const { cpuUs, wallMs } = await ask(caller, run);
  const after = await ask(answerer, { cpu: true });
  const { count } = run;
  return {
    cpuUs: (cpuUs + after.cpuUs - before.cpuUs) / count,
    callerUs: cpuUs / count,
    perSecond: (count / wallMs) * 1000,
  };
}

async function ask(child: ChildProcess, request: PeerRequest): Promise<{ cpuUs: number; wallMs: number }> {
  child.send(request);
  return (await nextMessage(child)) as { cpuUs: number; wallMs: number };
}

async function startPair(callerKind: string, answererKind: string): Promise<Pair> {
  const file = new URL('peer-process.ts', import.meta.url);
  // Without the native masking that another package may happen to bring along: figures must say which way they are.
  const env = { ...process.env, WS_NO_BUFFER_UTIL: '1' };
  const caller = fork(file, ['caller', callerKind], { env });
  const listening = (await nextMessage(caller)) as PeerReply;
  if (!('port' in listening)) throw new Error('the caller does not listen');
  const answerer = fork(file, ['answerer', answererKind, `http://127.0.0.1:${listening.port}`], { env });
  await nextMessage(caller);
  return { caller, answerer };
}
