import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agent } from './support/agent.js';
import { startControlPlane, type TestControlPlane } from './support/control-plane.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';

// Each test starts processes, and the machine may have others to run.
vi.setConfig({ testTimeout: 60_000 });

const token = 'registration-token-1';
let plane: TestControlPlane;
let dataDir: string;

beforeEach(async () => {
  plane = await startControlPlane();
  plane.logins.addRegistration({ token, nodeGroup: 'lab', maxUses: 1 });
  dataDir = join(temporaryFolder(), 'agent');
});
afterEach(() => plane.close());

const login = (secret: string, ...more: string[]) =>
  agent(
    ['login', '--data-dir', dataDir, '--endpoint', plane.url, '--allow-insecure-http', '--token-file', '-', ...more],
    {
      input: `${secret}\n`,
    },
  );

describe('moorline-agent login', () => {
  it('enrols this machine once, with its real inventory, and keeps the secrets to the owner', async () => {
    const first = await login(token);
    expect(first.stderr).toBe('');
    expect(first).toMatchObject({ code: 0 });
    const [machine] = plane.logins.machines();
    expect(first.stdout).toContain(`enrolled as ${machine?.id ?? ''}: machine 7, host node01 of cluster lab\n`);
    expect(first.stdout).toContain(`start the agent with: moorline-agent start --data-dir ${dataDir}\n`);
    expect(machine?.nodeGroup).toBe('lab');
    expect(machine?.request.machineInfo?.cpuInfo?.logicalCores).toBeGreaterThan(0);
    for (const name of readdirSync(dataDir).filter((entry) => statSync(join(dataDir, entry)).isFile())) {
      expect((statSync(join(dataDir, name)).mode & 0o077).toString(8)).toBe('0');
      expect(readFileSync(join(dataDir, name), 'latin1')).not.toContain(token);
    }

    const second = await login('another-token');
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toBe(`this machine is enrolled already, with ${plane.url}, as ${machine?.id ?? ''}\n`);
    expect(plane.logins.machines()).toHaveLength(1);
  });

  it('reads the token from a file', async () => {
    const file = join(temporaryFolder(), 'token');
    writeFileSync(file, `${token}\n`, { mode: 0o600 });
    const args = [
      'login',
      '--data-dir',
      dataDir,
      '--endpoint',
      plane.url,
      '--allow-insecure-http',
      '--token-file',
      file,
    ];
    expect(await agent(args)).toMatchObject({ code: 0 });
  });

  it.each([
    ['a wrong token', 'wrong-token'],
    ['a used-up token', token],
  ])('says in one message what to do about %s, and keeps nothing', async (_, secret) => {
    if (secret === token) {
      const other = join(temporaryFolder(), 'other');
      const args = [
        'login',
        '--data-dir',
        other,
        '--endpoint',
        plane.url,
        '--allow-insecure-http',
        '--token-file',
        '-',
      ];
      await agent(args, { input: token });
    }
    const { code, stdout, stderr } = await login(secret);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^moorline-agent: .+\n {2}hint: .+\n$/);
    expect(stderr).not.toContain(secret);
    expect(await agent(['jobs', '--data-dir', dataDir])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not enrolled') as string,
    });
  });

  it('says so where nobody answers', async () => {
    await plane.goAway();
    const { code, stderr } = await login(token);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^moorline-agent: .+\n {2}hint: .+\n$/);
    await plane.comeBack();
    expect(await login(token)).toMatchObject({ code: 0 });
  });

  it('refuses plain HTTP without the option for it, before the token leaves the machine', async () => {
    const args = ['login', '--data-dir', dataDir, '--endpoint', plane.url, '--token-file', '-'];
    const { code, stderr } = await agent(args, { input: token });
    expect(code).toBe(1);
    expect(stderr).toContain('plain HTTP');
    expect(stderr).toContain('\n  hint: use https, or add --allow-insecure-http');
    expect(plane.requests).toEqual([]);
  });

  it('says so where the file with the token is missing or empty', async () => {
    const { code, stderr } = await login('');
    expect(code).toBe(1);
    expect(stderr).toContain('no registration token in standard input: it is empty');
    expect(existsSync(join(dataDir, 'gpud.state'))).toBe(false);
  });
});
