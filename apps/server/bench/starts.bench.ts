/**
 * Job starts per second over HTTP with 32 connections: the whole server (token, Go's decoding, validation, one durable
 * commit for each group of starts) against Fastify alone with the same bodies.
 *
 * node --import tsx --conditions=@moorline/source bench/starts.bench.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { measure, report } from '../../../tools/bench/harness.js';
import { aCluster, aJob } from '../test/a-cluster.js';
import { serve } from '../test/child.js';
import { apiToken, put, temporaryDirectory } from '../test/support.js';

const connections = 32;
const startsPerCall = 2000;

const dataDir = temporaryDirectory();
const server = await serve(['--data-dir', dataDir, '--port', '0']);
const token = await apiToken({ dataDir });
const described = await put(`${server.url}/moorline/v1/clusters/bench`, aCluster('bench', 'n[001-128]'), token);
if (described.status !== 204) throw new Error(await described.text());
const bare = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'bare-fastify.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
// A server that ends instead of listening must not be waited for.
const [line]: unknown[] = await Promise.race([once(bare.stdout, 'data'), once(bare, 'exit')]);
const bareUrl = /(http:\S+)/.exec(String(line))?.[1] ?? '';

const agent = new Agent({ keepAlive: true, maxSockets: connections });
let nextJob = 1;
const result = await measure(
  { ours: () => startMany(server.url), bare: () => startMany(bareUrl) },
  { rounds: 5, calls: 1, warmUpMs: 2000 },
);
report({
  name: 'job starts over HTTP, 32 connections',
  unit: 'starts/s',
  ours: result.ours.perSecond * startsPerCall,
  peer: { name: 'Fastify alone', value: result.bare.perSecond * startsPerCall },
  goal: '≥ 0.15 ×',
});

agent.destroy();
bare.kill();
server.child.kill('SIGTERM');
await server.ended;
rmSync(dataDir, { recursive: true });

async function startMany(url: string): Promise<void> {
  let left = startsPerCall;
  const worker = async () => {
    while (left-- > 0) await startOne(url, nextJob++);
  };
  await Promise.all(Array.from({ length: connections }, worker));
}

function startOne(url: string, jobId: number): Promise<void> {
  const body = JSON.stringify(aJob(jobId, 'bench', `n${String((jobId % 128) + 1).padStart(3, '0')}`, 1_700_000_000));
  return new Promise((resolve, reject) => {
    const call = request(
      `${url}/api/jobs/start_job/`,
      {
        method: 'POST',
        agent,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        if (response.statusCode !== 201) reject(new Error(`start ${jobId} was answered with ${response.statusCode}`));
        response.on('end', resolve).on('error', reject).resume();
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
