import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { createServerProgram } from '../src/commands/program.js';
import { runCommand } from './run-command.js';
import { enrol, get, startTestServer, type TestServer } from './support.js';

describe('commands on a running server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const run = (...args: string[]) => runCommand(...args, '--data-dir', server.dataDir);

  it('token create prints the token alone, list shows it by id, revoke ends it', async () => {
    const created = await run('token', 'create', '--group', 'lab', '--uses', '3', '--cluster', 'a', '--cluster', '*');
    expect(created).toMatchObject({ code: 0, out: expect.stringMatching(/^mreg_[\w-]{43}\n$/) });
    expect(created.err).toMatch(/enrols 3 machines in group lab until/);
    expect(created.err).not.toContain(created.out.trim());

    const listed = await run('token', 'list', '--json');
    expect(listed.out).not.toContain(created.out.trim());
    const [token] = JSON.parse(listed.out);
    expect(token).toMatchObject({ group: 'lab', usesLeft: 3, state: 'open', clusters: ['a', '*'] });

    expect(await run('token', 'revoke', token.id)).toMatchObject({ code: 0, out: '' });
    expect((await run('token', 'list')).out).toMatch(/^ID.*\n\S+ +lab +a,\* +3 +revoked +\d{4}-/);
    const again = await run('token', 'revoke', token.id);
    expect(again).toMatchObject({ code: 1, out: '', err: expect.stringContaining('hint: moorline-server token list') });
  });

  it('token list tells used-up tokens from open ones', async () => {
    await enrol(server, 'n1');
    const tokens: { state: string }[] = JSON.parse((await run('token', 'list', '--json')).out);
    expect(tokens.filter(({ state }) => state === 'used up')).toHaveLength(1);
  });

  it('token create --json prints the token with all that belongs to it', async () => {
    const { out, err } = await run('token', 'create', '--group', 'lab', '--json');
    expect(JSON.parse(out)).toMatchObject({
      id: expect.any(String),
      token: expect.any(String),
      expiresAt: expect.any(Number),
    });
    expect(err).toBe('');
  });

  it('jwt create prints a token for the user of the system that the API takes', async () => {
    const created = await run('jwt', 'create', '--role', 'api', '--role', 'admin', '--expires', '1h');
    expect(created).toMatchObject({ code: 0, out: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/) });
    const claims = decodeJwt(created.out.trim());
    expect(claims).toMatchObject({ sub: userInfo().username, roles: ['api', 'admin'] });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
    expect((await get(`${server.url}/api/jobs/`, created.out.trim())).status).toBe(200);
    const other = await run('jwt', 'create', '--role', 'api', '--user', 'alice');
    expect(decodeJwt(other.out.trim()).sub).toBe('alice');
  });

  it('status, machines list and check tell what there is', async () => {
    await enrol(server, 'n2.example');
    const status = await run('status', '--json');
    expect(JSON.parse(status.out)).toMatchObject({ url: server.url, pid: process.pid, jobs: 0, runningJobs: 0 });
    expect((await run('status')).out).toContain(server.url);
    expect((await run('machines', 'list')).out).toMatch(/^NUMBER {2}ID .*\n[^]*\d +[\w-]{36} {2}lab +n2 +\d{4}-/);
    expect(JSON.parse((await run('machines', 'list', '--json')).out)).toContainEqual(
      expect.objectContaining({ host: 'n2', group: 'lab' }),
    );
    expect(await run('check')).toEqual({ code: 0, out: '', err: 'the database is whole\n' });
  });

  it('a group that cannot be one is refused by the server, with the reason', async () => {
    expect(await run('token', 'create', '--group', '../x')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('letters, digits, ".", "_" and "-"'),
    });
  });
});

describe('commands without a running server', () => {
  it('say how to start one; check reads the file itself', async () => {
    const dataDir = temporaryFolder();
    expect(await runCommand('status', '--data-dir', dataDir)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('hint: start it with "moorline-server serve"'),
    });
    expect(await runCommand('check', '--data-dir', dataDir)).toMatchObject({
      code: 1,
      err: expect.stringContaining('no database'),
    });
    await (await startTestServer({ dataDir }))[Symbol.asyncDispose]();
    expect(await runCommand('check', '--data-dir', dataDir)).toMatchObject({ code: 0, err: 'the database is whole\n' });
  });
});

describe('commands on a data directory that is not there', () => {
  it.each([
    [['status']],
    [['check']],
    [['machines', 'list']],
    [['token', 'list']],
    [['token', 'create', '--group', 'lab']],
    [['token', 'revoke', 'r-1']],
    [['jwt', 'create', '--role', 'api']],
  ])('%j fails and makes nothing', async (args) => {
    const missing = join(temporaryFolder(), 'typo');
    expect(await runCommand(...args, '--data-dir', missing)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('with --data-dir'),
    });
    expect(existsSync(missing)).toBe(false);
  });
});

describe('the usage of the commands', () => {
  it.each([
    [['serv'], 'Did you mean serve?'],
    [['token', 'create'], "required option '--group <NAME>' not specified"],
    [['token', 'create', '--group', 'lab', '--uses', '0'], 'a whole number, 1 to 1000000'],
    [['token', 'create', '--group', 'lab', '--expires', 'soon'], 'a duration such as'],
    [['jwt', 'create', '--role', 'root'], 'one of api, user, manager, support, admin'],
    [['status', '--jsn'], 'Did you mean --json?'],
    [['token', 'revoke'], "missing required argument 'ID'"],
    [['token', 'create'], '(moorline-server token create --help explains)'],
    [['check', 'it'], 'too many arguments'],
  ])('%j is wrong: they end with 2 and say what is right', async (args, says) => {
    expect(await runCommand(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(says) });
  });

  it.each([
    [['serve', '--port', '99999'], '--port: "99999" is not accepted\n  hint: give a port, 0 to 65535'],
    [['serve', '--log-level', 'loud'], 'hint: give one of debug, info, warn, error, silent'],
    [['serve', '--config', '/none.yaml'], 'there is no settings file /none.yaml\n  hint: check the path'],
  ])('%j has a bad value: they end with 2 and name it', async (args, says) => {
    expect(await runCommand(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(says) });
  });

  it('begins with the first steps of a newcomer', async () => {
    expect(await runCommand('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('First steps:'),
      err: '',
    });
    expect(await runCommand('--version')).toMatchObject({ code: 0, out: '1.2.3\n' });
  });

  const program = createServerProgram({ version: '', description: '' });
  it.each(leaves(program).map((names) => [names.join(' '), names]))('of %s has an example', async (_, names) => {
    const { code, out } = await runCommand(...names, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/Examples?:\n {2}moorline-server /);
    expect(out).toContain('--data-dir');
  });
});

/** Every command that does something, by its words. */
function leaves(command: Command): string[][] {
  if (command.commands.length === 0) return [[]];
  return command.commands.flatMap((sub) => leaves(sub).map((names) => [sub.name(), ...names]));
}
