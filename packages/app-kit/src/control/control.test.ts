import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { MoorlineError } from '@moorline/core';
import { createRecordingLogger } from '@moorline/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asOrdinaryUser } from '../../../../tools/testenv/ordinary-user.js';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { callControl } from './call-control.js';
import { type ControlServer, serveControl } from './serve-control.js';

let path: string;
const open: ControlServer[] = [];
beforeEach(() => {
  path = join(temporaryFolder(), 'pier.sock');
});
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const serve = async (handlers: Parameters<typeof serveControl>[0]['handlers'], logger = createRecordingLogger()) => {
  const server = await serveControl({ path, handlers, logger });
  open.push(server);
  return server;
};
const call = (command: string, input?: unknown, timeoutMs = 5000) =>
  callControl({ path, command, input, startedBy: 'pier start', timeoutMs });

describe('the control socket', () => {
  it('carries JSON both ways, for the owner alone', async () => {
    path = join(dirname(path), 'run', 'pier.sock');
    await serve({ echo: (input) => Promise.resolve({ echoed: input }), nothing: () => Promise.resolve(undefined) });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    await expect(call('echo', { berth: 4 })).resolves.toEqual({ echoed: { berth: 4 } });
    await expect(call('nothing')).resolves.toBeNull();
  });

  it("hands on the command's own failure with its hint", async () => {
    await serve({
      moor: () => Promise.reject(new MoorlineError('berth 4 is taken', { code: 'pier_full', hint: 'try berth 5' })),
    });
    await expect(call('moor')).rejects.toMatchObject({
      code: 'control_failed',
      message: 'berth 4 is taken',
      hint: 'try berth 5',
      details: { reason: 'pier_full' },
    });
  });

  it('logs what is no failure of the caller, and says so', async () => {
    const logger = createRecordingLogger();
    await serve({ moor: () => Promise.reject(new Error('oops')) }, logger);
    await expect(call('moor')).rejects.toMatchObject({ code: 'control_failed', details: { status: 500 } });
    expect(logger.text()).toContain('a control command failed');
  });

  it('explains an unknown command', async () => {
    await serve({});
    await expect(call('sink')).rejects.toMatchObject({ code: 'control_failed', details: { status: 404 } });
  });

  it('says how to start the app when nobody listens, or only a dead socket is left', async () => {
    await expect(call('echo')).rejects.toMatchObject({
      code: 'not_running',
      hint: expect.stringContaining('pier start'),
    });
    await leaveDeadSocket();
    await expect(call('echo')).rejects.toMatchObject({ code: 'not_running' });
  });

  it('takes a data directory that is not there, or is a file, for one that no app uses, and makes nothing', async () => {
    const folder = dirname(path);
    path = join(folder, 'typo', 'run', 'pier.sock');
    await expect(call('echo')).rejects.toMatchObject({ code: 'not_running' });
    expect(existsSync(join(folder, 'typo'))).toBe(false);
    writeFileSync(join(folder, 'typo'), '');
    await expect(call('echo')).rejects.toMatchObject({ code: 'not_running' });
  });

  it('explains the socket of another user', async () => {
    await serve({});
    chmodSync(path, 0o000);
    await expect(asOrdinaryUser(() => call('echo'))).rejects.toMatchObject({
      code: 'control_failed',
      hint: expect.stringContaining('as the user that the app runs as'),
    });
  });

  it('explains a process that ends while it has the command', async () => {
    const dying = createServer((socket) => socket.once('data', () => socket.destroy())).listen(path);
    await expect(call('echo')).rejects.toMatchObject({
      code: 'control_failed',
      message: expect.stringContaining('the process ended'),
    });
    await new Promise((resolve) => dying.close(resolve));
  });

  it('gives up after its deadline', async () => {
    await serve({ sleep: () => new Promise(() => undefined) });
    await expect(call('sleep', null, 20)).rejects.toMatchObject({ code: 'timeout' });
    await new Promise((resolve) => createServer().listen(0).close(resolve));
  });

  it('lets a second process of the app know that it is the second', async () => {
    await serve({ echo: (input) => Promise.resolve(input) });
    await expect(serve({})).rejects.toMatchObject({
      code: 'already_running',
      hint: expect.stringContaining('--data-dir'),
    });
    await expect(call('echo', 1)).resolves.toBe(1);
  });

  it('takes over from a process that was killed', async () => {
    await leaveDeadSocket();
    await serve({ echo: (input) => Promise.resolve(input) });
    await expect(call('echo', 1)).resolves.toBe(1);
  });

  it('lets exactly one of two processes take over', async () => {
    await leaveDeadSocket();
    const attempts = await Promise.allSettled([
      serve({ who: () => Promise.resolve(1) }),
      serve({ who: () => Promise.resolve(2) }),
    ]);
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    await expect(call('who')).resolves.toBeTypeOf('number');
  });

  it('leaves no socket behind when closed, twice', async () => {
    const server = await serve({});
    await server.close();
    await server.close();
    expect(existsSync(path)).toBe(false);
  });
});

/** A process that listens and is killed leaves its socket file behind. */
async function leaveDeadSocket(): Promise<void> {
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(path)).toBe(true);
}
