import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, it } from 'node:test';
import type { DaemonConnection } from '@moorline/rpc-versioned/transports';
import { startDaemon } from '../src/daemon.js';
import { createService } from '../src/service.js';

/** What both ends print, and who waits for it. */
const lines: string[] = [];
const waiting: { text: string; resolve: () => void }[] = [];
const print = (line: string) => {
  lines.push(line);
  for (const { text, resolve } of waiting) if (line.includes(text)) resolve();
};
const printed = (text: string) =>
  new Promise<void>((resolve) => {
    waiting.push({ text, resolve });
    if (lines.some((line) => line.includes(text))) resolve();
  });

const service = createService({ tenants: new Map([['s3cret', 'berth-7']]), print });
let url: string;
let daemon: DaemonConnection;
const get = async (path: string) => {
  const response = await fetch(url + path);
  return [response.status, await response.json()];
};
before(async () => {
  await once(service.server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(service.server.address() as AddressInfo).port}`;
  daemon = startDaemon({ url, token: 's3cret', print });
  await printed('berth-7 is here');
});
after(async () => {
  await daemon.close();
  service.close();
});

it('calls a daemon that dialled in', async () => {
  assert.deepEqual(await get('/berth-7/version'), [200, { result: '1.25.4' }]);
  const [status, body] = await get('/berth-7/jobs/7c2e');
  assert.deepEqual([status, body.result.StatusString], [200, 'succeeded']);
});

it("hands on the daemon's own words about what it cannot do", async () => {
  const [status, body] = await get('/berth-7/jobs/ffff');
  assert.deepEqual([status, body.error, body.help], [422, 'unknown job ffff', 'Jobs are kept for an hour.']);
});

it('says that no daemon of a tenant is there', async () => {
  const [status, body] = await get('/berth-8/version');
  assert.deepEqual([status, body.code], [503, 'unavailable']);
});

it('leaves a daemon with a wrong token outside, which goes on dialling', async () => {
  const stranger = startDaemon({ url, token: 'guessed', print });
  await printed('401');
  await stranger.close();
});
