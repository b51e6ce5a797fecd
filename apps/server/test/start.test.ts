import { once } from 'node:events';
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { controlSocketPath } from '@moorline/app-kit';
import { silentLogger } from '@moorline/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { takeDataDir } from '../src/control/take-data-dir.js';
import { appName } from '../src/settings.js';
import { apiToken, enrol, get, startTestServer } from './support.js';

describe('starting a server', () => {
  let dataDir = '';
  beforeEach(() => {
    dataDir = temporaryFolder();
  });

  it('goes on with the machines, their numbers and all tokens of the time before', async () => {
    const first = await startTestServer({ dataDir });
    const machine = await enrol(first, 'n1');
    const token = await apiToken(first);
    await first[Symbol.asyncDispose]();

    await using second = await startTestServer({ dataDir });
    expect((await get(`${second.url}/api/jobs/`, token)).status).toBe(200);
    expect((await get(`${second.url}/healthz`, machine.sessionToken)).status).toBe(200);
    expect((await enrol(second, 'n2')).machineNumber).toBe(machine.machineNumber + 1);
  });

  it('is refused on addresses that others reach, unless it is allowed, and then makes nothing', async () => {
    await expect(startTestServer({ dataDir, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'insecure_listen' });
    await using server = await startTestServer({ dataDir, host: '0.0.0.0', allowInsecureHttp: 'true' });
    expect((await get(server.url.replace('0.0.0.0', '127.0.0.1') + '/healthz')).status).toBe(200);
  });

  it('leaves nothing open where it fails: the next start in the same process succeeds', async () => {
    await using other = await startTestServer();
    const { port } = new URL(other.url);
    await expect(startTestServer({ dataDir, port })).rejects.toMatchObject({ code: 'port_in_use' });
    await using server = await startTestServer({ dataDir });
    expect((await get(`${server.url}/readyz`)).status).toBe(200);
  });

  it('that fails answers the commands that waited for it', async () => {
    const held = await takeDataDir(dataDir, silentLogger);
    const command = request({
      socketPath: controlSocketPath(dataDir, appName),
      agent: false,
      method: 'POST',
      path: '/token-list',
      headers: { 'content-type': 'application/json', expect: '100-continue' },
    });
    command.flushHeaders();
    // The server has the command now.
    await once(command, 'continue');
    const closed = held.close();
    command.end('null');
    const [response] = await once(command, 'response');
    expect(JSON.parse(String(await buffer(response)))).toMatchObject({ code: 'ended_early', hint: expect.any(String) });
    await closed;
  });
});
