/**
 * Logins per second of the handler on `node:http`, with the body of a machine with eight GPUs, against a bare server that only parses
 * the same JSON. Each server is a process of its own; the client is this one.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { measure, report } from '../../../tools/bench/harness.js';
import { encodeLoginRequest, loginPath } from '../src/index.js';
import { bigMachine } from './real-body.js';

const body = encodeLoginRequest({
  token: 'reg-7f3c9a',
  machineID: 'm-0017',
  provider: 'unknown',
  providerInstanceID: '',
  network: { privateIP: '10.40.2.17' },
  location: { region: 'eu-central-1' },
  resources: { cpu: '192', memory: '2162202705920', 'nvidia.com/gpu': '8' },
  machineInfo: bigMachine(),
});

const concurrent = 32;
const bare = await start('bare');
const handler = await start('handler');
const agent = new Agent({ keepAlive: true, maxSockets: concurrent });
try {
  const { bare: bound, handler: ours } = await measure(
    { bare: () => round(bare.port), handler: () => round(handler.port) },
    { rounds: 9, roundMs: 500, warmUpMs: 1500 },
  );
  report({
    name: `login handler, ${Math.round(body.length / 1024)} KB body`,
    unit: 'logins/s',
    ours: ours.perSecond * concurrent,
    peer: { name: 'bare node:http that parses the same JSON', value: bound.perSecond * concurrent },
    goal: '≥ 0.5 ×',
  });
} finally {
  agent.destroy();
  for (const { child } of [bare, handler]) child.disconnect();
}

async function start(kind: string): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(new URL('server-process.ts', import.meta.url), [kind]);
  const [port] = await once(child, 'message');
  return { child, port: Number(port) };
}

function round(port: number): Promise<unknown> {
  return Promise.all(Array.from({ length: concurrent }, () => post(port)));
}

function post(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: 'Bearer reg-7f3c9a',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    request({ port, host: '127.0.0.1', path: loginPath, method: 'POST', headers, agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end(body);
  });
}
