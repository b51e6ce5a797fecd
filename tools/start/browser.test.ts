import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { browserOpener, openBrowser } from './browser.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moorline-browser-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['linux', { DISPLAY: ':0' }, 'xdg-open'],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['linux', { DISPLAY: '' }, undefined],
  ['linux', {}, undefined],
  ['linux', { DISPLAY: ':10', SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' }, undefined],
  ['darwin', {}, 'open'],
] as const)('on %s with %j it is %s', (platform, env, opener) => {
  expect(browserOpener(platform, env)).toBe(opener);
});

it('is given a file that leads to the link and that nobody else can read', async () => {
  const opener = join(folder, 'opener');
  writeFileSync(
    opener,
    `#!/bin/sh\nprintf '%s' "$1" > "${folder}/opened.part" && mv "${folder}/opened.part" "${folder}/opened"\n`,
  );
  chmodSync(opener, 0o700);
  const link = 'http://127.0.0.1:8080/sign-in#link=secret';
  const forget = openBrowser(opener, link, folder);
  const opened = await expect
    .poll(() => readFileSync(join(folder, 'opened'), 'utf8'), { timeout: 10_000 })
    .toMatch(/^file:/)
    .then(() => readFileSync(join(folder, 'opened'), 'utf8'));
  expect(opened).not.toContain('secret');
  const file = new URL(opened);
  expect(readFileSync(file, 'utf8')).toContain(`url=${link}"`);
  expect(statSync(file).mode & 0o077).toBe(0);
  forget();
  expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
});

it('that is not there changes nothing', () => {
  expect(() => openBrowser(join(folder, 'none'), 'http://127.0.0.1/', folder)).not.toThrow();
});
