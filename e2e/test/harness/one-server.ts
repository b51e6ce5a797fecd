import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { makeTokens } from '../../../tools/testenv/cc-tokens.js';
import { aCluster } from './a-cluster.js';
import { launchApp } from './apps.js';
import type { Running } from './running.js';

/** One server process for all tests of a file, with the cluster `demo`, whose one metric is `load_one` every 10 s. */
export interface OneServer {
  readonly url: string;
  readonly running: Running;
  /** A token of `cc-tokens.ts` by its letter. */
  token(letter: string): string;
  /** @param as the letter of the token; `B` is an administrator's. */
  ask(method: string, path: string, body?: unknown, as?: string): Promise<{ status: number; text: string }>;
}

/** To be called where tests are declared: the server runs when they do. */
export function oneServer(): OneServer {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-e2e-'));
  const tokens = makeTokens(Date.now());
  const { privateKey, publicKey } = tokens.keys;
  let running: Running | undefined;
  let url = '';
  beforeAll(async () => {
    const flags = ['--data-dir', folder, '--port', '0', '--log-level', 'error'];
    running = launchApp('server', ['serve', ...flags], {
      env: { JWT_PRIVATE_KEY: privateKey, JWT_PUBLIC_KEY: publicKey },
    });
    [, url = ''] = await running.printed(/listening on (http:\S+)/);
    const { status, text } = await server.ask('PUT', '/moorline/v1/clusters/demo', aCluster('demo', 'load_one', 10));
    if (status !== 204) throw new Error(`the cluster was not taken: ${text}`);
  }, 60_000);
  afterAll(async () => {
    await running?.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const server: OneServer = {
    get url() {
      return url;
    },
    get running() {
      if (running === undefined) throw new Error('the server has not been started');
      return running;
    },
    token: (letter) => tokens.token(letter),
    async ask(method, path, body, as = 'B') {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${tokens.token(as)}` };
      const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
      const response = await fetch(`${url}${path}`, { method, headers, ...(text === undefined ? {} : { body: text }) });
      return { status: response.status, text: await response.text() };
    },
  };
  return server;
}
