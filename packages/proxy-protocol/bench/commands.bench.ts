/**
 * Round trips of commands against a line of JSON that is sent back over a unix socket, one after the other on one connection
 * and on 32 at once. All ends are in this process, and its CPU time counts: what other work there is on the machine does not. `hyper` goes
 * on to the agent and back, in twice as many hops as the line, so that a line through a relay is its like.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, type Measurement, report } from '../../../tools/bench/harness.js';
import { connectProxy } from '../src/index.js';
import { createProxyServer } from '../src/server.js';
import { startAgent } from './agent.js';

const connections = 32;
const line = { id: 'hyper', data: { hyperName: 'ping' } };
const sockets: Socket[] = [];
const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
const path = join(folder, 'proxy.sock');
const server = createProxyServer();
await server.listen({ path });
const agent = await startAgent(folder, 'vm');
const echo = await startEcho(join(folder, 'echo.sock'));
const relay = await startRelay(join(folder, 'relay.sock'), join(folder, 'echo.sock'));

const one = await connectProxy({ path });
await one.hello({ containerId: 'c', ...agent.paths });
const v2 = await Promise.all(Array.from({ length: connections }, () => connectProxy({ path })));
const v3 = await Promise.all(Array.from({ length: connections }, () => connectProxy({ path, generation: 'v3' })));
await Promise.all([...v2.map((each) => each.attach('c')), ...v3.map((each) => each.attachVm({ containerId: 'c' }))]);
const lines = await Promise.all(Array.from({ length: connections }, () => connectLines(join(folder, 'echo.sock'))));
const relayed = await Promise.all(Array.from({ length: connections }, () => connectLines(join(folder, 'relay.sock'))));

try {
  for (const inFlight of [1, connections]) {
    const onEach = <T>(all: readonly T[], call: (each: T) => Promise<unknown>) => {
      const some = all.slice(0, inFlight);
      return () => Promise.all(some.map(call));
    };
    const results = await measure(
      {
        v3Command: onEach(v3, (each) => each.attachVm({ containerId: 'c' })),
        v3Hyper: onEach(v3, (each) => each.hyper('ping')),
        v2Request: onEach(v2, (each) => each.attach('c')),
        v2Hyper: onEach(v2, (each) => each.hyper('ping')),
        bare: onEach(lines, (each) => each(line)),
        relayed: onEach(relayed, (each) => each(line)),
      },
      { rounds: 9, warmUpMs: 2000 },
    );
    const rate = ({ cpuMsPerCall }: { cpuMsPerCall: number }): number => (inFlight / cpuMsPerCall) * 1000;
    const row = (name: string, ours: Measurement, peerName: string, peer: Measurement): void => {
      report({
        name: `${name}, ${inFlight} in flight`,
        unit: 'calls per second of CPU',
        ours: rate(ours),
        peer: { name: peerName, value: rate(peer) },
        goal: '≥ 0.5 ×',
      });
    };
    const { v3Command, v3Hyper, v2Request, v2Hyper, bare, relayed: bareRelayed } = results;
    row('v3 AttachVM', v3Command, 'a bare echo', bare);
    row('v2 attach', v2Request, 'a bare echo', bare);
    row('v3 Hyper', v3Hyper, 'a relayed echo', bareRelayed);
    row('v2 hyper', v2Hyper, 'a relayed echo', bareRelayed);
    row('v3 Hyper', v3Hyper, 'a bare echo', bare);
    row('v2 hyper', v2Hyper, 'a bare echo', bare);
  }
} finally {
  await Promise.all([one, ...v2, ...v3].map((each) => each.close()));
  for (const socket of sockets) socket.destroy();
  echo.close();
  relay.close();
  await server.close();
  agent.close();
  rmSync(folder, { recursive: true });
}

/** A server that sends each line of JSON back, parsed and written anew. */
async function startEcho(echoPath: string) {
  const echoServer = createServer((socket) => {
    sockets.push(socket);
    onLines(socket, (value) => socket.write(`${JSON.stringify(value)}\n`));
  }).listen(echoPath);
  await once(echoServer, 'listening');
  return echoServer;
}

/** One that has another answer, with what it parses and writes anew, over a single connection. */
async function startRelay(relayPath: string, echoPath: string) {
  const call = await connectLines(echoPath);
  const relayServer = createServer((socket) => {
    sockets.push(socket);
    onLines(socket, (value) => void call(value).then((answer) => socket.write(`${JSON.stringify(answer)}\n`)));
  }).listen(relayPath);
  await once(relayServer, 'listening');
  return relayServer;
}

/** A caller that waits for the answer to each line. */
async function connectLines(to: string) {
  const socket = connect(to);
  sockets.push(socket);
  const waiting: ((value: unknown) => void)[] = [];
  onLines(socket, (value) => waiting.shift()?.(value));
  await once(socket, 'connect');
  return (value: unknown): Promise<unknown> => {
    socket.write(`${JSON.stringify(value)}\n`);
    return new Promise((resolve) => waiting.push(resolve));
  };
}

function onLines(socket: Socket, take: (value: unknown) => void): void {
  let rest = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) take(JSON.parse(part));
  });
}
