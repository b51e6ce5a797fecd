import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { aCluster, aJob } from './a-cluster.js';
import { runServerProgram, type RunningProgram, serve } from './child.js';
import { apiToken, get, jobList, post, put, read, temporaryDirectory } from './support.js';

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const startTime = 1_700_000_000;

describe('kill -9 in the middle of writes', () => {
  it('loses no start that was answered, and the next server answers for all of them', async () => {
    const dataDir = temporaryFolder();
    const answered = new Set<number>();
    let sent = 0;
    for (let round = 0; round < 2; round++) {
      const server = await serve(['--data-dir', dataDir, '--port', '0']);
      const token = await apiToken({ dataDir });
      await put(`${server.url}/moorline/v1/clusters/c`, aCluster('c', 'n[1-9]'), token);
      const enough = answered.size + 50;
      const writer = async () => {
        for (;;) {
          const jobId = ++sent;
          const response = await post(`${server.url}/api/jobs/start_job/`, aJob(jobId, 'c', 'n1', startTime), token);
          if (response.status !== 201) throw new Error(`start ${jobId} was answered with ${response.status}`);
          answered.add(jobId);
          if (answered.size === enough) server.child.kill('SIGKILL');
        }
      };
      // Each writer ends when its connection breaks.
      await Promise.allSettled(Array.from({ length: 8 }, writer));
      expect((await server.ended).signal).toBe('SIGKILL');
    }
    const server = await serve(['--data-dir', dataDir, '--port', '0']);
    expect(answered.size).toBeGreaterThanOrEqual(100);
    const token = await apiToken({ dataDir });
    const { jobs } = await read(await get(`${server.url}/api/jobs/?items-per-page=100000`, token), jobList);
    const stored = jobs.map(({ jobId }) => jobId);
    expect(new Set(stored).size).toBe(stored.length);
    expect([...answered].filter((jobId) => !stored.includes(jobId))).toEqual([]);
    expect(await runServerProgram(['check', '--data-dir', dataDir])).toMatchObject({ code: 0 });
    await end(server);
  });
});

describe.skipIf(!isRoot)('a disk that is full (needs root: it mounts a small one)', () => {
  const mounted: string[] = [];
  const smallDisk = (size: string): string => {
    const path = temporaryDirectory();
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
    mounted.push(path);
    return path;
  };
  afterAll(() => {
    for (const path of mounted) {
      execFileSync('umount', [path]);
      rmSync(path, { recursive: true, force: true });
    }
  });

  it('at the start is one message with a hint', async () => {
    const disk = smallDisk('64k');
    execFileSync('sh', ['-c', 'head -c 1000000 /dev/zero > "$0"/filler || true', disk], { stdio: 'ignore' });
    const ended = await runServerProgram(['serve', '--data-dir', join(disk, 'data'), '--port', '0']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^moorline-server: no room is left .*\n {2}hint: .*\n$/);
  });

  it('while it runs is a 500 for what cannot be kept, and nothing that was answered is lost', async () => {
    const disk = smallDisk('3m');
    const dataDir = join(disk, 'data');
    mkdirSync(dataDir);
    const server = await serve(['--data-dir', dataDir, '--port', '0']);
    const token = await apiToken({ dataDir });
    await put(`${server.url}/moorline/v1/clusters/c`, aCluster('c', 'n1'), token);
    const answered: number[] = [];
    let status = 201;
    for (let jobId = 1; status === 201; jobId++) {
      const job = { ...aJob(jobId, 'c', 'n1', startTime), metaData: { note: 'x'.repeat(50_000) } };
      ({ status } = await post(`${server.url}/api/jobs/start_job/`, job, token));
      if (status === 201) answered.push(jobId);
    }
    expect(status).toBe(500);
    expect(answered.length).toBeGreaterThan(0);
    expect((await get(`${server.url}/healthz`)).status).toBe(200);
    const { jobs } = await read(await get(`${server.url}/api/jobs/?items-per-page=10000`, token), jobList);
    expect(jobs.map(({ jobId }) => jobId).sort((a, b) => a - b)).toEqual(answered);
    execFileSync('sh', ['-c', 'head -c 10000000 /dev/zero > "$0"/filler || true', disk], { stdio: 'ignore' });
    expect(await runServerProgram(['status', '--data-dir', dataDir])).toMatchObject({ code: 0 });
    const ended = await end(server);
    expect(ended.stderr).toContain('disk_full');
  });
});

describe('a data directory that cannot be written', () => {
  it('is one message with a hint where it belongs to somebody else', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    // Root can write everywhere, so root runs this as nobody.
    const ended = await runServerProgram(['serve', '--data-dir', folder, '--port', '0'], {
      uid: isRoot ? nobody : undefined,
    });
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('hint: choose a directory') });
  });

  it('of another user is told as such by the commands that ask the server in it', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o600);
    const ended = await runServerProgram(['status', '--data-dir', folder], { uid: isRoot ? nobody : undefined });
    expect(ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/this user may not use .*\n {2}hint: run the command as the user that/),
    });
  });

  it('is one message with a hint where its path leads through a file', async () => {
    const ended = await runServerProgram(['serve', '--data-dir', '/dev/null/x', '--port', '0']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/cannot write the data directory \/dev\/null\/x.*\n {2}hint: /);
  });
});

async function end(server: RunningProgram) {
  server.child.kill('SIGTERM');
  return server.ended;
}
