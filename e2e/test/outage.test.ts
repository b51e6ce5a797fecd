import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runAppWell } from './harness/apps.js';
import { temporaryFolder } from '../../tools/testenv/temporary-folder.js';
import { enrolAgent, startAgent, startPlane } from './harness/plane.js';

interface Jobs {
  jobs: { jobId: number; jobState: string; startTime: number; duration: number }[];
}

describe('without a network nothing is lost', { timeout: 120_000 }, () => {
  it('delivers, in order, the jobs that ran while the server was dead and the agent was killed', async () => {
    const folder = temporaryFolder();
    const agentDir = join(folder, 'agent');
    const plane = await startPlane(folder);
    await enrolAgent(plane, agentDir);
    const job = (...command: string[]) => runAppWell('agent', ['run', '--data-dir', agentDir, '--', ...command]);

    const first = startAgent(plane, agentDir, '--interval', '1s');
    await plane.killServer();
    await job('true');
    await first.stop('SIGKILL');
    await job('true');
    await job('true');
    const second = startAgent(plane, agentDir, '--interval', '1s');
    await job('true');
    await plane.restartServer();

    const jobs = async () => ((await plane.get('/api/jobs/')) as Jobs).jobs;
    const states = async () => (await jobs()).map(({ jobState }) => jobState);
    await expect.poll(states, { timeout: 60_000 }).toEqual(['completed', 'completed', 'completed', 'completed']);
    expect(new Set((await jobs()).map(({ jobId }) => jobId)).size).toBe(4);
    const status: unknown = JSON.parse(
      (await runAppWell('agent', ['status', '--json', '--data-dir', agentDir])).stdout,
    );
    expect(JSON.stringify(status)).toContain('"rejected":0');
    await second.stop();
  });
});
