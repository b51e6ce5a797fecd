import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { archivedJob, makeArchive } from './archive-folder.js';
import { runServerProgram, startServerProgram } from './child.js';
import { runCommand } from './run-command.js';
import { apiToken, get, startTestServer } from './support.js';

async function emptyDataDir(): Promise<string> {
  const dataDir = temporaryFolder();
  expect(await runCommand('init', '--no-admin', '--data-dir', dataDir)).toMatchObject({ code: 0 });
  return dataDir;
}

describe('import', () => {
  it('takes clusters and jobs over into a running server, and a second time changes nothing', async () => {
    const archive = temporaryFolder();
    makeArchive(archive, 3);
    await using server = await startTestServer();
    const run = () => runCommand('import', archive, '--data-dir', server.dataDir);
    expect(await run()).toEqual({
      code: 0,
      out: '',
      err: 'cluster c: added\n3 jobs imported, 0 there already, 0 left out\n',
    });
    const token = await apiToken(server);
    const before = await (await get(`${server.url}/api/jobs/`, token)).text();
    expect(JSON.parse(before).jobs).toHaveLength(3);
    expect(JSON.parse(before).jobs[0]).toMatchObject({
      jobState: 'completed',
      duration: 100,
      tags: [{ type: 'app', name: 'x', scope: 'global' }],
      statistics: { load_one: { avg: 1.5, min: 1, max: 2 } },
    });
    const job = await (await get(`${server.url}/api/jobs/1?all-metrics=true`, token)).text();
    expect(JSON.parse(job).Data.load_one.node.series[0].data).toEqual([1, null, 2]);

    expect((await run()).err).toBe('cluster c: described so already\n0 jobs imported, 3 there already, 0 left out\n');
    expect(await (await get(`${server.url}/api/jobs/`, token)).text()).toBe(before);
  });

  it('names what cannot be read, takes the rest, and ends with 1', async () => {
    const archive = temporaryFolder();
    makeArchive(archive, 6);
    writeFileSync(join(archivedJob(archive, 1), 'meta.json'), '{"jobId":1');
    writeFileSync(join(archivedJob(archive, 2), 'data.json'), '[]');
    writeFileSync(join(archivedJob(archive, 3), 'data.json.gz'), 'not packed');
    rmSync(join(archivedJob(archive, 4), 'meta.json'));
    writeFileSync(join(archive, 'c/cluster.json'), '{}');
    const dataDir = await emptyDataDir();
    const imported = await runCommand('import', archive, '--data-dir', dataDir);
    expect(imported).toMatchObject({ code: 1, out: '' });
    for (const jobId of [1, 2, 3, 4]) expect(imported.err).toContain(`${archivedJob(archive, jobId)}: `);
    expect(imported.err).toContain(`${join(archive, 'c/cluster.json')}: `);
    expect(imported.err).toContain('2 jobs imported, 0 there already, 4 left out\n');
    expect(imported.err).toMatch(/4 jobs were not imported\n {2}hint: .*import again/);
  });

  it.each([
    ['a folder that is not there', undefined, 'is no job archive'],
    ['one without a version', '', 'is no job archive'],
    ['another version', '1\n', 'says version "1", not 3'],
  ])('refuses %s', async (_, version, says) => {
    const archive = join(temporaryFolder(), 'archive');
    if (version !== undefined) mkdirSync(archive);
    if (version) writeFileSync(join(archive, 'version.txt'), version);
    const refused = await runCommand('import', archive, '--data-dir', await emptyDataDir());
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining(says) });
  });

  it('that is stopped with Ctrl-C goes on where it was when it is started again', async () => {
    const archive = temporaryFolder();
    makeArchive(archive, 600);
    const dataDir = await emptyDataDir();
    const { child, ended } = startServerProgram(['import', archive, '--data-dir', dataDir]);
    child.stderr?.on('data', (text: string) => {
      if (text.includes('so far')) child.kill('SIGINT');
    });
    const stopped = await ended;
    expect(stopped).toMatchObject({ code: 1, stdout: '' });
    const imported = Number(/^(\d+) jobs imported, 0 there already, 0 left out$/m.exec(stopped.stderr)?.[1]);
    expect(imported).toBeGreaterThanOrEqual(200);
    expect(imported).toBeLessThan(600);
    expect(stopped.stderr).toMatch(/the import was stopped before its end\n {2}hint: start it again/);
    const again = await runServerProgram(['import', archive, '--data-dir', dataDir]);
    expect(again.stderr).toContain(`${600 - imported} jobs imported, ${imported} there already, 0 left out\n`);
    expect(again.code).toBe(0);
  });
});

describe('export', () => {
  it.each([true, false])('writes what import reads, job by job; where a server runs: %s', async (isRunning) => {
    const archive = temporaryFolder();
    makeArchive(archive, 3);
    const dataDir = await emptyDataDir();
    await runCommand('import', archive, '--data-dir', dataDir);
    const server = isRunning ? await startTestServer({ dataDir }) : undefined;
    const target = join(temporaryFolder(), 'new', 'archive');
    // A killed export left this.
    mkdirSync(join(target, '.export-1'), { recursive: true });
    const run = () => runCommand('export', target, '--data-dir', dataDir);
    expect(await run()).toEqual({ code: 0, out: '', err: '3 jobs written, 0 there already\n' });
    expect(readdirSync(target)).toEqual(['c', 'version.txt']);
    for (const jobId of [1, 2, 3]) {
      const [from, to] = [archivedJob(archive, jobId), archivedJob(target, jobId)];
      const meta = (folder: string) => JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8'));
      expect(meta(to)).toMatchObject(meta(from));
      const packed = readFileSync(join(to, 'data.json.gz'));
      expect(JSON.parse(gunzipSync(packed).toString()).load_one.node.series[0].data).toEqual([1, null, 2]);
    }
    expect((await run()).err).toBe('0 jobs written, 3 there already\n');
    await server?.[Symbol.asyncDispose]();

    const other = await emptyDataDir();
    const imported = await runCommand('import', target, '--data-dir', other);
    expect(imported.err).toContain('3 jobs imported, 0 there already, 0 left out');
  });
});

describe('backup', () => {
  it.each([true, false])('is a database that a server starts with; where a server runs: %s', async (isRunning) => {
    const archive = temporaryFolder();
    makeArchive(archive, 2);
    const dataDir = await emptyDataDir();
    await runCommand('import', archive, '--data-dir', dataDir);
    const server = isRunning ? await startTestServer({ dataDir }) : undefined;
    const other = temporaryFolder();
    const copy = join(other, 'moorline.db');
    expect(await runCommand('backup', copy, '--data-dir', dataDir)).toEqual({
      code: 0,
      out: '',
      err: `the database was copied to ${copy}\n`,
    });
    expect((await runCommand('backup', copy, '--data-dir', dataDir)).code).toBe(1);
    await server?.[Symbol.asyncDispose]();
    await using restored = await startTestServer({ dataDir: other });
    const jobs = await get(`${restored.url}/api/jobs/`, await apiToken(restored));
    expect(JSON.parse(await jobs.text()).jobs).toHaveLength(2);
  });
});
