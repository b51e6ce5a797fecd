import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { hasNatsServer, startNatsServer } from '../../tools/testenv/nats-server.js';
import { temporaryFolder } from '../../tools/testenv/temporary-folder.js';
import { runAppWell, startApp } from './harness/apps.js';
import { enrolAgent, startAgent, startPlane } from './harness/plane.js';

const jobList = z.object({ jobs: z.array(z.object({ jobState: z.string() })) });

describe.skipIf(!hasNatsServer)('job events over NATS, with the built apps', { timeout: 120_000 }, () => {
  it('lists each job once, started and ended, although the server was killed while one ran', async () => {
    const nats = await startNatsServer();
    onTestFinished(() => nats.remove());
    const flags = ['--nats', `nats://127.0.0.1:${nats.port}`];
    const folder = temporaryFolder();
    const agentDir = join(folder, 'agent');
    const plane = await startPlane(folder, ...flags);
    await enrolAgent(plane, agentDir);
    const agent = startAgent(plane, agentDir, ...flags);
    const connection = await connect({ port: nats.port });
    onTestFinished(() => connection.close());
    const { streams } = await jetstreamManager(connection);
    const states = async () => jobList.parse(await plane.get('/api/jobs/')).jobs.map(({ jobState }) => jobState);
    const job = ['run', '--data-dir', agentDir, '--'];

    const long = startApp('agent', [...job, 'sleep', '600']);
    await expect.poll(states, { timeout: 30_000, interval: 100 }).toEqual(['running']);
    const stored = async () => (await streams.info('MOORLINE_JOBS')).state.messages;
    await expect.poll(stored, { timeout: 30_000, interval: 100 }).toBe(0);
    await plane.killServer();
    await runAppWell('agent', [...job, 'true']);
    await long.stop('SIGTERM');
    // Nobody but NATS is there to take the three events, and to give them to the server when it is back.
    await expect.poll(stored, { timeout: 30_000, interval: 100 }).toBe(3);
    await agent.stop('SIGKILL');
    await plane.restartServer();

    const sorted = async () => (await states()).sort();
    await expect.poll(sorted, { timeout: 30_000, interval: 100 }).toEqual(['cancelled', 'completed']);
  });
});
