import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogRequest } from '@moorline/cc-api/server';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { askServer } from '../src/control/ask-server.js';
import { createJournalReader, type JournalOptions } from '../src/journal/read-journal.js';
import { unitName } from '../src/journal/unit-name.js';
import { startTestServer } from './support.js';

const request: LogRequest = { since: '1 hour ago', lines: 200 };

const lineOf = (seconds: number, message: string) =>
  `${JSON.stringify({ __REALTIME_TIMESTAMP: `${seconds}000000`, PRIORITY: '3', MESSAGE: message, _SYSTEMD_UNIT: 'm.service' })}\n`;
const entryOf = (seconds: number, message: string) => {
  return { timestamp: `${seconds}000000`, priority: 3, message, unit: 'm.service' };
};

describe('the journal', () => {
  let folder = '';
  beforeEach(() => {
    folder = temporaryFolder();
  });
  const logger = createRecordingLogger();

  /** A program on the path that keeps its arguments and environment, then does this. */
  function journalctl(script: string): void {
    const keep = `printf '%s\\n' "$@" >${folder}/argv\n/usr/bin/env >${folder}/env\n`;
    writeFileSync(join(folder, 'journalctl'), `#!/bin/sh\n${keep}${script}\n`, { mode: 0o755 });
  }
  function says(output: string, end = 'exit 0'): void {
    writeFileSync(join(folder, 'output'), output);
    journalctl(`/bin/cat ${folder}/output\n${end}`);
  }
  const kept = (name: 'argv' | 'env') => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  const reader = (options: Partial<JournalOptions> = {}) =>
    createJournalReader({ unit: 'm.service', env: { PATH: folder }, logger, ...options });

  it('is asked for the newest lines of the unit, and given the oldest first', async () => {
    says(lineOf(3, 'c') + lineOf(2, 'b') + lineOf(1, 'a'));
    expect(await reader()(request)).toEqual([entryOf(1, 'a'), entryOf(2, 'b'), entryOf(3, 'c')]);
    expect(kept('argv')).toEqual([
      '--quiet',
      '--no-pager',
      '--all',
      '--reverse',
      '--output=json',
      '--output-fields=MESSAGE,PRIORITY,_SYSTEMD_UNIT',
      '--unit=m.service',
      '--since=1 hour ago',
      '--lines=200',
    ]);
  });

  it('is asked for a level and a text, whose dots are dots and whose dashes are no options', async () => {
    says('');
    expect(await reader()({ since: '--flush', lines: 1, level: 0, search: '-x 1.5' })).toEqual([]);
    expect(kept('argv').slice(7)).toEqual(['--since=--flush', '--lines=1', '--priority=0', '--grep=-x 1\\.5']);
  });

  it('is not asked with the secrets of the server’s environment', async () => {
    says('');
    await reader({ env: { PATH: folder, TZ: 'Europe/Berlin', JWT_PRIVATE_KEY: 'secret' } })(request);
    const names = kept('env').map((line) => line.split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['PATH', 'TZ', 'LC_ALL']));
    expect(names).not.toContain('JWT_PRIVATE_KEY');
  });

  it('gives no more lines than were asked for, and leaves out what is no entry', async () => {
    says(`${lineOf(3, 'c')}-- Boot --\n${lineOf(2, 'b')}${lineOf(1, 'a')}`);
    expect(await reader()({ ...request, lines: 2 })).toEqual([entryOf(2, 'b'), entryOf(3, 'c')]);
  });

  it('gives the newest whole lines of one that is too long, and says so in the log', async () => {
    says(Array.from({ length: 100 }, (_, line) => lineOf(100 - line, 'x'.repeat(100))).join(''));
    const shown = await reader({ maxBytes: 1000 })(request);
    expect(shown?.map(({ timestamp }) => timestamp)).toEqual(['96', '97', '98', '99', '100'].map((s) => `${s}000000`));
    expect(logger.records.at(-1)).toMatchObject({ level: 'warn', message: expect.stringContaining('left out') });
  });

  it('of which nothing is found is empty: journalctl ends with 1 and says nothing then', async () => {
    says('', 'exit 1');
    expect(await reader()({ ...request, search: 'x' })).toEqual([]);
  });

  it.each([
    [
      'says why',
      'echo "Failed to open the journal: x" >&2; exit 1',
      'journalctl ended with 1: Failed to open the journal',
    ],
    ['says nothing', 'exit 1', 'journalctl ended with 1'],
    ['dies', 'kill -9 $$', 'journalctl was ended by a signal'],
  ])('is not given where journalctl fails and %s', async (_, script, message) => {
    journalctl(script);
    await expect(reader()(request)).rejects.toMatchObject({
      code: 'journal_failed',
      message: expect.stringContaining(message),
      hint: expect.stringContaining('systemd-journal'),
    });
  });

  it('is none of a time that journalctl does not know', async () => {
    journalctl('echo "Failed to parse timestamp: sometime" >&2; exit 1');
    expect(await reader()({ ...request, since: 'sometime' })).toBeUndefined();
  });

  it('is not given where there is no journalctl', async () => {
    await expect(reader()(request)).rejects.toMatchObject({
      code: 'journal_failed',
      message: 'journalctl cannot be started (ENOENT)',
      hint: expect.stringContaining('--journal-unit'),
    });
  });

  it('is not waited for longer than ten seconds, and journalctl is ended', async () => {
    const clock = createFakeClock();
    const isThere = join(folder, 'pid');
    journalctl(`echo $$ >${isThere}.new\n/bin/mv ${isThere}.new ${isThere}\nexec /bin/sleep 600`);
    const reading = reader({ clock })(request).catch((error: unknown) => error);
    await vi.waitFor(() => expect(existsSync(isThere)).toBe(true), { timeout: 20_000 });
    await clock.advance(9_999);
    const process_ = Number(readFileSync(isThere, 'utf8'));
    expect(process.kill(process_, 0)).toBe(true);
    await clock.advance(1);
    expect(await reading).toMatchObject({ code: 'journal_failed', message: 'journalctl did not end in time' });
    await vi.waitFor(() => expect(() => process.kill(process_, 0)).toThrow('ESRCH'), { timeout: 20_000 });
  });

  it('is for administrators alone, over HTTP, and a failure is a 500 that tells nothing', async () => {
    says(lineOf(1, 'a'));
    await using server = await startTestServer({ journalUnit: 'm.service' }, { PATH: folder });
    for (const [username, role] of [['root', 'admin'] as const, ['alice', 'user'] as const]) {
      const rest = { projects: [], name: '', email: '' };
      await askServer(server.dataDir, 'user-add', { username, password: 'secret', roles: [role], ...rest });
    }
    const get = async (username: string, query: string) => {
      const body = new URLSearchParams({ username, password: 'secret' });
      const login = await fetch(`${server.url}/login`, { method: 'POST', redirect: 'manual', body });
      const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const answer = await fetch(`${server.url}/frontend/logs/${query}`, { headers: { cookie } });
      return { status: answer.status, body: await answer.json() };
    };
    expect(await get('alice', '')).toMatchObject({ status: 403 });
    expect(await get('root', '?search=%24%28reboot%29')).toMatchObject({ status: 400 });
    expect(existsSync(join(folder, 'argv'))).toBe(false);
    expect(await get('root', '?lines=5000&level=3')).toEqual({ status: 200, body: [entryOf(1, 'a')] });
    expect(kept('argv').slice(-2)).toEqual(['--lines=1000', '--priority=3']);
    journalctl('echo "no such thing: /etc/secret" >&2; exit 1');
    const failed = await get('root', '');
    expect(failed.status).toBe(500);
    expect(JSON.stringify(failed.body)).not.toContain('/etc/secret');
  });
});

describe('the name of a unit', () => {
  it.each(['moorline.service', 'm', 'user@1000.service', 'dev-disk\\x2d.device'])('may be %j', (name) => {
    expect(unitName.parse(name)).toBe(name);
  });

  it.each(['', '*', 'a?', 'a b', 'a/b', '[a]', 'x'.repeat(256), 5])('is not %j', (name) => {
    expect(unitName.parse(name)).toBeUndefined();
  });
});
