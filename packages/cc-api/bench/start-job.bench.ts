/**
 * Starts per second of the Fastify plugin over a backend that stores nothing, against bare Fastify that parses the same
 * JSON and answers the same text. Each server is a process of its own; the client is this one.
 */
import { Agent, request } from 'node:http';
import { measure, report } from '../../../tools/bench/harness.js';
import { startServer } from './start-process.js';
import { startBody } from './support.js';

const concurrent = 32;
const body = startBody(1);
const bare = await startServer('bare');
const plugin = await startServer('plugin');
const agent = new Agent({ keepAlive: true, maxSockets: concurrent * 2 });
try {
  const { bound, ours } = await measure(
    { bound: () => round(bare), ours: () => round(plugin) },
    { rounds: 9, roundMs: 500, warmUpMs: 1500 },
  );
  report({
    name: `start_job handler, ${body.length} B body, 32 connections`,
    unit: 'starts/s',
    ours: ours.perSecond * concurrent,
    peer: { name: 'bare Fastify that parses the same JSON', value: bound.perSecond * concurrent },
    goal: '≥ 0.5 ×',
  });
} finally {
  agent.destroy();
  for (const { child } of [bare, plugin]) child.disconnect();
}

function round(server: { port: number; token: string }): Promise<unknown> {
  return Promise.all(Array.from({ length: concurrent }, () => post(server)));
}

function post({ port, token }: { port: number; token: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'x-auth-token': token,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    request({ port, host: '127.0.0.1', path: '/api/jobs/start_job/', method: 'POST', headers, agent }, (response) => {
      if (response.statusCode !== 201) reject(new Error(`status ${response.statusCode}`));
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end(body);
  });
}
