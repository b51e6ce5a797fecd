import { rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runServerProgram, type RunningProgram, serve } from './program.js';
import { get, temporaryDirectory } from './support.js';

describe('moorline-server as a program', () => {
  let dataDir = '';
  let server: RunningProgram;
  beforeAll(async () => {
    dataDir = temporaryDirectory();
    server = await serve(['--data-dir', dataDir, '--port', '0']);
  });
  afterAll(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    rmSync(dataDir, { recursive: true, force: true });
  });

  const run = (...args: string[]) => runServerProgram([...args, '--data-dir', dataDir]);

  it('token create prints the token alone, list shows it by id, revoke ends it', async () => {
    const created = await run('token', 'create', '--group', 'lab', '--uses', '3', '--cluster', 'a', '--cluster', 'b');
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^mreg_[\w-]{43}\n$/) });
    expect(created.stderr).toMatch(/enrols 3 machines in group lab until/);
    expect(created.stderr).not.toContain(created.stdout.trim());

    const listed = await run('token', 'list', '--json');
    expect(listed.stdout).not.toContain(created.stdout.trim());
    const [token] = JSON.parse(listed.stdout);
    expect(token).toMatchObject({ group: 'lab', usesLeft: 3, state: 'open', clusters: ['a', 'b'] });

    expect(await run('token', 'revoke', token.id)).toMatchObject({ code: 0, stdout: '' });
    expect(JSON.parse((await run('token', 'list', '--json')).stdout)).toMatchObject([{ state: 'revoked' }]);
    const again = await run('token', 'revoke', token.id);
    expect(again).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('hint: moorline-server token list'),
    });
  });

  it('jwt create prints a token for the user of the system that the API takes', async () => {
    const created = await run('jwt', 'create', '--role', 'api', '--role', 'admin', '--expires', '1h');
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/) });
    const claims = decodeJwt(created.stdout.trim());
    expect(claims).toMatchObject({ sub: userInfo().username, roles: ['api', 'admin'] });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
    expect((await get(`${server.url}/api/jobs/`, created.stdout.trim())).status).toBe(200);
  });

  it('status, machines list and check tell what there is', async () => {
    const status = await run('status', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      url: server.url,
      pid: server.child.pid,
      dataDir,
      jobs: 0,
      machines: 0,
    });
    expect((await run('status')).stdout).toContain(server.url);
    expect((await run('machines', 'list')).stdout).toBe('NUMBER  ID  GROUP  HOST  ENROLLED  LAST LOGIN\n');
    expect(await run('check')).toMatchObject({ code: 0, stdout: '', stderr: 'the database is whole\n' });
  });

  it('a second server on the data directory is refused, and the first stays', async () => {
    const second = await run('serve', '--port', '0');
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/another process already uses this data directory.*\n {2}hint: /);
    expect((await get(`${server.url}/healthz`)).status).toBe(200);
  });

  it.each([
    [['serv'], 'Did you mean serve?'],
    [['token', 'create'], "required option '--group <NAME>' not specified"],
    [['token', 'create', '--group', 'lab', '--uses', '0'], 'a whole number, 1 to 1000000'],
    [['token', 'create', '--group', 'lab', '--expires', 'soon'], 'a duration such as'],
    [['jwt', 'create', '--role', 'root'], 'one of api, user, manager, support, admin'],
    [['status', '--jsn'], 'Did you mean --json?'],
    [['token', 'revoke'], "missing required argument 'ID'"],
  ])('wrong usage %j ends with 2 and says what is right', async (args, says) => {
    const ended = await runServerProgram(args);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(says) });
  });

  it('--help shows the first steps, and each command its examples', async () => {
    expect(await runServerProgram(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('First steps:'),
    });
    for (const command of [
      ['serve'],
      ['token', 'create'],
      ['jwt', 'create'],
      ['status'],
      ['machines', 'list'],
      ['check'],
    ]) {
      const { code, stdout } = await runServerProgram([...command, '--help']);
      expect(code).toBe(0);
      expect(stdout, command.join(' ')).toMatch(/Examples?:\n {2}\S/);
    }
  });
});

describe('starting and stopping moorline-server', () => {
  const folders: string[] = [];
  const folder = () => {
    const made = temporaryDirectory();
    folders.push(made);
    return made;
  };
  afterAll(() => {
    for (const made of folders) rmSync(made, { recursive: true, force: true });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s stops it within 5 s: one line on stdout, JSON lines on stderr',
    async (signal) => {
      const server = await serve(['--data-dir', folder(), '--port', '0']);
      // A connection that is kept alive must not hold the stop up.
      expect((await get(`${server.url}/healthz`)).status).toBe(200);
      const before = performance.now();
      server.child.kill(signal);
      const ended = await server.ended;
      expect(performance.now() - before).toBeLessThan(5000);
      expect(ended).toMatchObject({ code: 0, stdout: `listening on ${server.url}\n` });
      const lines = ended.stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.map(({ msg }) => msg)).toEqual(['ready', 'stopping', 'stopped']);
    },
  );

  it('says which port it took where the wished one is taken and --next-free-port is given, and fails without', async () => {
    const other: Server = createServer().listen(0, '127.0.0.1');
    const { port } = await new Promise<AddressInfo>((resolve) =>
      other.once('listening', () => resolve(other.address() as AddressInfo)),
    );
    const refused = await runServerProgram(['serve', '--data-dir', folder(), '--port', String(port)]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`cannot listen on 127.0.0.1, port ${port}: another program already does`);
    expect(refused.stderr).toContain('--next-free-port');

    const server = await serve(['--data-dir', folder(), '--port', String(port), '--next-free-port']);
    expect(Number(new URL(server.url).port)).toBeGreaterThan(port);
    server.child.kill('SIGTERM');
    expect((await server.ended).stderr).toContain('the wished port is taken');
    other.close();
  });

  it('refuses addresses that others reach, unless it is allowed', async () => {
    const refused = await runServerProgram(['serve', '--data-dir', folder(), '--host', '0.0.0.0', '--port', '0']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--allow-insecure-http') });
    const server = await serve(['--data-dir', folder(), '--host', '0.0.0.0', '--port', '0', '--allow-insecure-http']);
    server.child.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });

  it('makes its files for the owner alone', async () => {
    const dataDir = join(folder(), 'new');
    const server = await serve(['--data-dir', dataDir, '--port', '0']);
    server.child.kill('SIGTERM');
    await server.ended;
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    for (const name of ['moorline.db', 'jwt-ed25519.pem']) {
      expect(statSync(join(dataDir, name)).mode & 0o777, name).toBe(0o600);
    }
  });

  it.each([
    ['a database file that is none', 'moorline.db', 'x'.repeat(8192)],
    ['a key file that is none', 'jwt-ed25519.pem', 'not a key'],
  ])('ends with one message and a hint for %s, and leaves the file as it is', async (_, name, content) => {
    const dataDir = folder();
    writeFileSync(join(dataDir, name), content, { mode: 0o600 });
    const ended = await runServerProgram(['serve', '--data-dir', dataDir, '--port', '0']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^moorline-server: .*\n {2}hint: .*\n$/);
    expect(ended.stderr).toContain(name);
    expect(statSync(join(dataDir, name)).size).toBe(content.length);
  });
});
