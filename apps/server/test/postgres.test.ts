import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { postgresFolder, startPostgres, type TestPostgres } from '../../../tools/testenv/postgres.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { askServer } from '../src/control/ask-server.js';
import { readSettings } from '../src/settings.js';
import { aCluster, aJob } from './a-cluster.js';
import { runServerProgram, serve } from './child.js';
import { runCommand } from './run-command.js';
import { apiToken, get, jobList, post, read } from './support.js';

const password = 'never-to-be-seen';

describe.skipIf(postgresFolder() === undefined && process.env['CI'] === undefined)('servers on Postgres', () => {
  let postgres: TestPostgres;
  let url: string;
  beforeAll(async () => {
    postgres = await startPostgres();
    url = postgres.url.replace('test@', `test:${password}@`);
  });
  afterAll(() => postgres.stop());

  it('see what any of them answered, and never tell the password', async () => {
    const [here, there] = [temporaryFolder(), temporaryFolder()];
    const env = { MOORLINE_SERVER_DATABASE_URL: url };
    const urlFile = join(there, 'database-url');
    writeFileSync(urlFile, `${url}\n`, { mode: 0o600 });
    const flags = ['--port', '0', '--log-level', 'debug', '--data-dir'];
    const init = await runServerProgram(['init', '--no-admin', '--data-dir', here], { env });
    expect(init).toMatchObject({ code: 0 });
    const [one, other] = await Promise.all([
      serve([...flags, here], env),
      serve([...flags, there, '--database-url-file', urlFile]),
    ]);
    await askServer(here, 'cluster-put', { description: aCluster('c', 'n[1-9]'), mayReplace: false });
    const tokens = { one: await apiToken({ dataDir: here }), other: await apiToken({ dataDir: there }) };
    const job = aJob(7, 'c', 'n1', Math.floor(Date.now() / 1000) - 60);
    expect((await post(`${one.url}/api/jobs/start_job/`, job, tokens.one)).status).toBe(201);
    const jobsOf = async (server: string, token: string, state: string) =>
      (await read(await get(`${server}/api/jobs/?state=${state}`, token), jobList)).jobs.map(({ jobId }) => jobId);
    expect(await jobsOf(other.url, tokens.other, 'running')).toEqual([7]);
    const { jobId, cluster, startTime } = job;
    const stop = { jobId, cluster, startTime, stopTime: startTime + 30, jobState: 'completed' };
    expect((await post(`${other.url}/api/jobs/stop_job/`, stop, tokens.other)).status).toBe(200);
    expect(await jobsOf(one.url, tokens.one, 'completed')).toEqual([7]);

    const commands = await Promise.all(
      [['status'], ['check'], ['backup', join(here, 'copy.db')]].map((words) =>
        runServerProgram([...words, '--data-dir', here], { env }),
      ),
    );
    expect(commands.map(({ code }) => code)).toEqual([0, 0, 1]);
    expect(commands[2]?.stderr).toContain('pg_dump');
    for (const server of [one, other]) server.child.kill('SIGTERM');
    const ended = await Promise.all([one.ended, other.ended]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    for (const { stdout, stderr } of [init, ...commands, ...ended]) expect(stdout + stderr).not.toContain(password);

    const alone = await runServerProgram(['cluster', 'list', '--data-dir', here], { env });
    expect(alone).toMatchObject({ code: 0, stdout: expect.stringContaining('c ') });

    vi.stubEnv('MOORLINE_SERVER_DATABASE_URL', url);
    onTestFinished(() => void vi.unstubAllEnvs());
    const migrate = (...words: string[]) => runCommand('migrate', ...words, '--data-dir', here);
    const down = await migrate('down', '--to', '0005_users_and_site', '--yes');
    expect(down).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^the tables went down .* to 0005_users_and_site\n$/),
    });
    const status = await migrate('status');
    expect(status.out).toMatch(/0005_users_and_site +applied +\d{4}-.*\n0006_archive +pending/);
    expect(await migrate('up')).toMatchObject({
      code: 0,
      err: expect.stringContaining('the tables went up from 0005'),
    });
    for (const { out, err } of [down, status]) expect(out + err).not.toContain(password);
  });

  it('that cannot be reached are named without the password', async () => {
    const gone = `postgres://test:${password}@127.0.0.1:1/none`;
    const env = { MOORLINE_SERVER_DATABASE_URL: gone };
    const ended = await runServerProgram(['serve', '--data-dir', temporaryFolder(), '--port', '0'], { env });
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('127.0.0.1:1') });
    expect(ended.stderr).not.toContain(password);
  });
});

describe('the address of the database', () => {
  it.each([`postgres://me:${password}@db/moorline`, `postgres://db/moorline?password=${password}`, `${password} db`])(
    'is refused on the command line where it may hold a password (#%#)',
    (databaseUrl) => {
      expect(() => readSettings({ databaseUrl }, {})).toThrow(
        expect.objectContaining({
          code: 'password_in_arguments',
          message: expect.not.stringContaining(password),
        }),
      );
    },
  );

  it('is taken without one', () => {
    const databaseUrl = 'postgres://me@db/moorline';
    expect(readSettings({ databaseUrl }, {}).databaseUrl).toBe(databaseUrl);
  });
});
