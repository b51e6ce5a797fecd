/**
 * Two thousand daemons on one server: what an idle one costs in memory above its bare `ws` socket, and how a storm of
 * reconnects after a restart of the server settles.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { report } from '../../../tools/bench/harness.js';
import { nextMessage } from '../../../tools/bench/child.js';
import type { FleetReply, FleetRequest } from './fleet-process.js';

const daemons = 2000;

const bare = await memoryOfIdle('bare');
const ours = await memoryOfIdle('ours');
report({
  name: `an idle daemon of ${daemons}, above a bare ws socket`,
  unit: 'kB',
  ours: (ours - bare) / daemons / 1000,
  goal: '≤ 60 kB',
});
report({ name: 'a bare ws socket', unit: 'kB', ours: bare / daemons / 1000 });
await storm();

/** Bytes in use by idle connections, without what the server takes before the first. */
async function memoryOfIdle(kind: 'bare' | 'ours'): Promise<number> {
  const server = start(kind, '0');
  const { port } = await reply(server, 'port');
  const before = await ask(server, 'memory', 'bytes');
  const fleet = start('idle', `ws://127.0.0.1:${port}`, String(daemons));
  await reply(fleet, 'count');
  await connected(server);
  const { bytes } = await ask(server, 'memory', 'bytes');
  fleet.disconnect();
  server.disconnect();
  return bytes - before.bytes;
}

async function storm(): Promise<void> {
  const first = start('ours', '0');
  const { port } = await reply(first, 'port');
  const fleet = start('daemons', `http://127.0.0.1:${port}`, String(daemons));
  await connected(first);
  await callEach(first, fleet, daemons);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const second = start('ours', String(port));
  await reply(second, 'port');
  const started = performance.now();
  await connected(second);
  report({ name: `${daemons} daemons are back after a restart`, unit: 'ms', ours: performance.now() - started });
  await callEach(second, fleet, 2 * daemons);
  report({ name: 'calls to them that were answered', unit: 'calls', ours: daemons, goal: `≥ ${daemons} calls` });
  fleet.disconnect();
  second.disconnect();
}

/** Calls every daemon once. Each must answer, and none be asked twice. */
async function callEach(server: ChildProcess, fleet: ChildProcess, expected: number): Promise<void> {
  const { count } = await ask(server, 'callAll', 'count');
  const answered = await ask(fleet, 'answered', 'count');
  if (count === daemons && answered.count === expected) return;
  throw new Error(`${count} of ${daemons} calls were answered; the daemons answered ${answered.count} of ${expected}`);
}

/** Waits until all are connected. */
async function connected(server: ChildProcess): Promise<void> {
  while ((await ask(server, 'connections', 'count')).count < daemons) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function start(...args: string[]): ChildProcess {
  const file = new URL('fleet-process.ts', import.meta.url);
  return fork(file, args, { execArgv: [...process.execArgv, '--expose-gc'] });
}

type Having<Key extends string> = Extract<FleetReply, Record<Key, unknown>>;

async function reply<Key extends string>(child: ChildProcess, key: Key): Promise<Having<Key>> {
  const message = (await nextMessage(child)) as FleetReply;
  if (key in message) return message as Having<Key>;
  throw new Error(`an unexpected reply: ${JSON.stringify(message)}`);
}

function ask<Key extends string>(child: ChildProcess, request: FleetRequest, key: Key): Promise<Having<Key>> {
  child.send(request);
  return reply(child, key);
}
