import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { aCluster } from './a-cluster.js';
import { runServerProgram, serve } from './child.js';
import { runCommand } from './run-command.js';
import { apiToken, get, startTestServer } from './support.js';

/** A file that holds this text. */
function fileOf(text: string): string {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** A data directory with a database, and no server on it. */
async function stoppedDataDir(): Promise<string> {
  const dataDir = temporaryFolder();
  expect(await runCommand('init', '--no-admin', '--data-dir', dataDir)).toMatchObject({ code: 0 });
  return dataDir;
}

const logIn = (url: string, username: string, password: string): Promise<Response> =>
  fetch(`${url}/login`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ username, password }) });

describe('user add, list and remove', () => {
  it.each([true, false])('work where a server runs: %s', async (isRunning) => {
    const dataDir = await stoppedDataDir();
    const server = isRunning ? await startTestServer({ dataDir }) : undefined;
    const run = (...args: string[]) => runCommand(...args, '--data-dir', dataDir);
    const added = await run('user', 'add', 'alice', '--role', 'user', '--password-file', fileOf('secret 1\n'));
    expect(added).toEqual({ code: 0, out: '', err: 'user alice was added (user)\n' });
    const manager = ['--role', 'manager', '--project', 'p1', '--project', 'p2', '--full-name', 'Mia M.'];
    expect(await run('user', 'add', 'mia', ...manager, '--password-file', fileOf('secret 2'))).toMatchObject({
      code: 0,
    });
    expect(await run('user', 'add', 'slurm', '--role', 'api')).toMatchObject({ code: 0 });

    expect((await run('user', 'list')).out).toMatch(
      /^USER +ROLES +PROJECTS +NAME\nalice +user +-\nmia +manager +p1,p2 +Mia M\.\nslurm +api +-\n$/,
    );
    const listed = await run('user', 'list', '--json');
    expect(JSON.parse(listed.out)).toContainEqual({
      username: 'alice',
      name: '',
      email: '',
      roles: ['user'],
      projects: [],
    });
    expect(listed.out).not.toMatch(/secret|\$2/);

    expect(await run('user', 'add', 'alice', '--role', 'api')).toMatchObject({
      code: 1,
      err: 'moorline-server: there is a user alice already\n  hint: choose another name, or remove that user first\n',
    });
    expect(await run('user', 'remove', 'mia')).toMatchObject({ code: 0, err: 'user mia was removed\n' });
    expect(await run('user', 'remove', 'mia')).toMatchObject({ code: 1, err: expect.stringContaining('user list') });
    await server?.[Symbol.asyncDispose]();
  });

  it.each([
    ['a person without a password', ['--role', 'user'], 'there is no terminal to ask for it'],
    [
      'a user with a project',
      ['--role', 'user', '--project', 'p', '--password-file', '<'],
      'only managers have projects',
    ],
    ['a password that bcrypt would cut', ['--role', 'user', '--password-file', '<long'], '72 bytes at most'],
    ['an empty password file', ['--role', 'user', '--password-file', '<empty'], 'it is empty'],
  ])('refuse %s', async (_, args, says) => {
    const dataDir = await stoppedDataDir();
    const files = { '<': fileOf('secret'), '<long': fileOf('x'.repeat(73)), '<empty': fileOf('\n') };
    const words = args.map((word) => (word in files ? files[word as keyof typeof files] : word));
    const refused = await runCommand('user', 'add', 'x', ...words, '--data-dir', dataDir);
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining(says) });
    expect((await runCommand('user', 'list', '--json', '--data-dir', dataDir)).out).toBe('[]\n');
  });

  it('take the password from standard input, and it opens the login', async () => {
    const dataDir = temporaryFolder();
    const server = await serve(['--data-dir', dataDir, '--port', '0']);
    const added = await runServerProgram(
      ['user', 'add', 'bob', '--role', 'user', '--password-file', '-', '--data-dir', dataDir],
      { input: 'open sesame\n' },
    );
    expect(added).toMatchObject({ code: 0, stdout: '' });
    expect((await logIn(server.url, 'bob', 'wrong')).status).toBe(401);
    expect((await logIn(server.url, 'bob', 'open sesame')).status).toBe(302);
    server.child.kill('SIGTERM');
    expect((await server.ended).stderr).not.toContain('sesame');
  });
});

describe('cluster add and list', () => {
  const fileWith = (value: unknown) => fileOf(JSON.stringify(value));

  it('describe a cluster, once, and replace it only where that is said', async () => {
    await using server = await startTestServer();
    const run = (...args: string[]) => runCommand(...args, '--data-dir', server.dataDir);
    const file = fileWith(aCluster('c', 'n[1-9]'));
    expect(await run('cluster', 'add', file)).toMatchObject({ code: 0, err: 'cluster c was added\n' });
    expect(await run('cluster', 'add', file)).toMatchObject({ code: 0, err: 'cluster c is described so already\n' });
    const other = fileWith(aCluster('c', 'n[1-8]'));
    expect(await run('cluster', 'add', other)).toMatchObject({ code: 1, err: expect.stringContaining('--replace') });
    expect(await run('cluster', 'add', other, '--replace')).toMatchObject({ code: 0, err: 'cluster c was replaced\n' });
    expect((await run('cluster', 'list')).out).toBe('CLUSTER  SUBCLUSTERS  METRICS\nc        1            1\n');
    const token = await apiToken(server);
    const known = await (await get(`${server.url}/api/clusters/`, token)).text();
    expect(known).toContain('"nodes":"n[1-8]"');
  });

  it('take what the server itself answers for a cluster', async () => {
    await using server = await startTestServer();
    const run = (...args: string[]) => runCommand(...args, '--data-dir', server.dataDir);
    await run('cluster', 'add', fileWith(aCluster('c', 'n[1-9]')));
    const answered = await get(`${server.url}/api/clusters/?cluster=c`, await apiToken(server));
    const { clusters } = JSON.parse(await answered.text());
    expect(await run('cluster', 'add', fileWith(clusters[0]))).toMatchObject({
      err: 'cluster c is described so already\n',
    });
  });

  it.each([
    ['no file', '/none/cluster.json', 'ENOENT'],
    ['no JSON', fileOf.bind(null, 'name: c'), 'cannot be read'],
    ['a rule that is broken', () => fileWith({ ...aCluster('c', 'n[9-1]') }), 'nodes'],
    ['no metrics', () => fileWith({ ...aCluster('c', 'n1'), metricConfig: [] }), 'metricConfig'],
  ])('refuse %s', async (_, file, says) => {
    const dataDir = await stoppedDataDir();
    const path = typeof file === 'string' ? file : file();
    const refused = await runCommand('cluster', 'add', path, '--data-dir', dataDir);
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining(says) });
  });
});

describe('init', () => {
  it('makes everything once, and a second time changes nothing; what it wrote starts', async () => {
    const dataDir = join(temporaryFolder(), 'a', 'data');
    const init = () =>
      runServerProgram(['init', '--data-dir', dataDir, '--password-file', '-'], { input: 'the first secret' });
    const first = await init();
    expect(first).toMatchObject({ code: 0, stdout: `${join(dataDir, 'server.yaml')}\n` });
    const names = ['jwt-ed25519.pem', 'session-key', 'server.yaml'].map((name) => join(dataDir, name));
    const contents = names.map((name) => readFileSync(name, 'utf8'));
    for (const name of [...names, join(dataDir, 'moorline.db')]) expect(statSync(name).mode & 0o077, name).toBe(0);
    const second = await init();
    expect(second).toMatchObject({ code: 0, stdout: first.stdout });
    expect(second.stderr).toContain('admin is an administrator already');
    expect(names.map((name) => readFileSync(name, 'utf8'))).toEqual(contents);

    const settingsFile = first.stdout.trim();
    writeFileSync(settingsFile, readFileSync(settingsFile, 'utf8').replace('#port: "8080"', 'port: "0"'));
    const server = await serve(['--config', settingsFile]);
    expect((await logIn(server.url, 'admin', 'the first secret')).status).toBe(302);
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  it('without a terminal and a password file says what to give, and makes the rest', async () => {
    const dataDir = temporaryFolder();
    const asked = await runServerProgram(['init', '--data-dir', dataDir]);
    expect(asked).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('--password-file') });
    expect(existsSync(join(dataDir, 'moorline.db'))).toBe(true);
  });
});
