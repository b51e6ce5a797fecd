import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runWell } from './command.js';

describe('a command that fails', () => {
  const { signal } = new AbortController();
  const cwd = tmpdir();

  it('is told with the lines that say why, and a hint where no registry is reached', async () => {
    const npmLike = `console.error('npm error code ECONNREFUSED'); process.exit(1)`;
    await expect(runWell(process.execPath, ['-e', npmLike], { cwd, signal })).rejects.toThrow(
      /^-e .* ended with 1: npm error code ECONNREFUSED\n.*`npm ping` tells which one/,
    );
    const other = runWell(process.execPath, ['-e', `console.error('no'); process.exit(3)`], { cwd, signal });
    await expect(other).rejects.toThrow(/ended with 3: no$/);
  });

  it('is told apart from one that cannot be started', async () => {
    await expect(runWell('moorline-none', [], { cwd, signal })).rejects.toThrow(
      'moorline-none cannot be started: is it',
    );
    const nowhere = runWell(process.execPath, [], { cwd: join(cwd, 'moorline-nowhere'), signal });
    await expect(nowhere).rejects.toThrow('there is no such folder');
  });
});

it('a command is run without what this repository and its bundlers set, and with what it is given', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  vi.stubEnv('npm_config_omit', 'dev');
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:4873');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const print = `const { NODE_ENV, npm_config_omit, npm_config_registry, OWN } = process.env;
    console.log(JSON.stringify([NODE_ENV, npm_config_omit, npm_config_registry, OWN]))`;
  const { signal } = new AbortController();
  const lines = await runWell(process.execPath, ['-e', print], { cwd: tmpdir(), env: { OWN: 'yes' }, signal });
  expect(lines).toEqual(['[null,null,"http://127.0.0.1:4873","yes"]']);
});
