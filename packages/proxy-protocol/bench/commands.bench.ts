/**
 * Round trips of commands against a line of JSON that is sent back over a unix socket, one after the other on one connection
 * and on 32 at once. Both ends are in this process; `hyper` goes on to the agent and back, two sockets instead of one.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, report } from '../../../tools/bench/harness.js';
import { connectProxy } from '../src/index.js';
import { createProxyServer } from '../src/server.js';
import { startAgent } from './agent.js';

const connections = 32;
const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
const path = join(folder, 'proxy.sock');
const server = createProxyServer();
await server.listen({ path });
const agent = await startAgent(folder, 'vm');
const echo = await startEcho(join(folder, 'echo.sock'));

const one = await connectProxy({ path });
await one.hello({ containerId: 'c', ...agent.paths });
const v2 = await Promise.all(Array.from({ length: connections }, () => connectProxy({ path })));
const v3 = await Promise.all(Array.from({ length: connections }, () => connectProxy({ path, generation: 'v3' })));
await Promise.all([...v2.map((each) => each.attach('c')), ...v3.map((each) => each.attachVm({ containerId: 'c' }))]);
const lines = await Promise.all(Array.from({ length: connections }, () => echo.connect()));

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
        bare: onEach(lines, (each) => each({ id: 'hyper', data: { hyperName: 'ping' } })),
      },
      { rounds: 9 },
    );
    const peer = { name: 'a bare echo', value: results.bare.perSecond * inFlight };
    const row = (name: string, perSecond: number): void => {
      report({
        name: `${name}, ${inFlight} in flight`,
        unit: 'calls/s',
        ours: perSecond * inFlight,
        peer,
        goal: '≥ 0.5 ×',
      });
    };
    row('v3 AttachVM', results.v3Command.perSecond);
    row('v3 Hyper, with the agent', results.v3Hyper.perSecond);
    row('v2 attach', results.v2Request.perSecond);
    row('v2 hyper, with the agent', results.v2Hyper.perSecond);
  }
} finally {
  await Promise.all([one, ...v2, ...v3].map((each) => each.close()));
  echo.close();
  await server.close();
  agent.close();
  rmSync(folder, { recursive: true });
}

/** A server that sends each line of JSON back, parsed and written anew, and callers that wait for theirs. */
async function startEcho(echoPath: string) {
  const sockets: Socket[] = [];
  const echoServer = createServer((socket) => {
    sockets.push(socket);
    onLines(socket, (value) => socket.write(`${JSON.stringify(value)}\n`));
  }).listen(echoPath);
  await once(echoServer, 'listening');
  return {
    async connect() {
      const socket = connect(echoPath);
      sockets.push(socket);
      const waiting: ((value: unknown) => void)[] = [];
      onLines(socket, (value) => waiting.shift()?.(value));
      await once(socket, 'connect');
      return (value: unknown): Promise<unknown> => {
        socket.write(`${JSON.stringify(value)}\n`);
        return new Promise((resolve) => waiting.push(resolve));
      };
    },
    close() {
      for (const socket of sockets) socket.destroy();
      echoServer.close();
    },
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
