import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { runServerProgram, serve } from './child.js';
import { get, startTestServer } from './support.js';

describe('moorline-server as a program', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops on %s within 5 s, having said one line on stdout and JSON lines on stderr',
    async (signal) => {
      const dataDir = join(temporaryFolder(), 'new');
      const server = await serve(['--data-dir', dataDir, '--port', '0']);
      const created = await runServerProgram(['token', 'create', '--group', 'lab', '--data-dir', dataDir]);
      expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^mreg_\S+\n$/) });
      // A connection that is kept alive must not hold the stop up.
      expect((await get(`${server.url}/healthz`)).status).toBe(200);
      const before = performance.now();
      server.child.kill(signal);
      const ended = await server.ended;
      expect(performance.now() - before).toBeLessThan(5000);
      expect(ended).toMatchObject({ code: 0, stdout: `listening on ${server.url}\n` });
      const lines = ended.stderr.trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['ready', 'stopping', 'stopped']);

      expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
      expect(statSync(dataDir).mode & 0o777).toBe(0o700);
      for (const name of readdirSync(dataDir)) expect(statSync(join(dataDir, name)).mode & 0o077, name).toBe(0);
    },
  );

  it('ends with 2 on wrong usage', async () => {
    const ended = await runServerProgram(['token', 'create']);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--group') });
  });

  it('is refused a data directory that another server uses, which stays', async () => {
    await using server = await startTestServer();
    const second = await runServerProgram(['serve', '--port', '0', '--data-dir', server.dataDir]);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/another process already uses this data directory.*\n {2}hint: /);
    expect((await get(`${server.url}/healthz`)).status).toBe(200);
  });

  it('says which port it took where the wished one is taken and --next-free-port is given, and fails without', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const dataDir = temporaryFolder();
    const refused = await runServerProgram(['serve', '--data-dir', dataDir, '--port', String(port)]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`cannot listen on 127.0.0.1, port ${port}: another program already does`);
    expect(refused.stderr).toContain('--next-free-port');

    const server = await serve(['--data-dir', dataDir, '--port', String(port), '--next-free-port']);
    expect(Number(new URL(server.url).port)).toBeGreaterThan(port);
    server.child.kill('SIGTERM');
    expect((await server.ended).stderr).toContain('the wished port is taken');
    other.close();
  });

  it.each([
    ['a database file that is none', 'moorline.db', 'x'.repeat(8192)],
    ['a key file that is none', 'jwt-ed25519.pem', 'not a key'],
  ])('ends with one message and a hint for %s, and leaves the file as it is', async (_, name, content) => {
    const dataDir = temporaryFolder();
    writeFileSync(join(dataDir, name), content, { mode: 0o600 });
    const ended = await runServerProgram(['serve', '--data-dir', dataDir, '--port', '0']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^moorline-server: .*\n {2}hint: .*\n$/);
    expect(ended.stderr).toContain(name);
    expect(readFileSync(join(dataDir, name), 'utf8')).toBe(content);
  });
});
