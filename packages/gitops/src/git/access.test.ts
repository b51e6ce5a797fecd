import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasGit } from '../../../../tools/testenv/git-remote.js';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { gitEnvironment } from './access.js';
import { runGit } from './run-git.js';

describe('what git runs with', () => {
  it('is what it needs of the surroundings, and nothing else of them', () => {
    const env = gitEnvironment(
      'https://example.test/a.git',
      {},
      { PATH: '/bin', HOME: '/h', GIT_DIR: '/x', SECRET: 's' },
    );
    expect(env).toMatchObject({ PATH: '/bin', HOME: '/h', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' });
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['GIT_DIR']));
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['SECRET']));
  });

  it('shows a token to the host of the URL alone', () => {
    const token = { user: 'git', secret: 'hunter2' };
    const env = gitEnvironment('https://example.test:8443/fruit/k8s.git', { token }, {});
    expect(env['GIT_CONFIG_KEY_0']).toBe('http.https://example.test:8443/.extraHeader');
    expect(env['GIT_CONFIG_VALUE_0']).toBe(`Authorization: Basic ${Buffer.from('git:hunter2').toString('base64')}`);
  });

  it.skipIf(!hasGit)('gives ssh its files, whatever their names are', async () => {
    const folder = temporaryFolder();
    const said = join(folder, 'said');
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/ssh'), `#!/bin/sh\nprintf '%s\\n' "$@" > '${said}'\nexit 1\n`);
    chmodSync(join(folder, 'bin/ssh'), 0o755);
    const access = { sshKeyFile: "/a b/it's; touch x", sshKnownHostsFile: '/c d/hosts' };
    const PATH = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
    const url = 'git@example.test:fruit/k8s.git';
    const dir = join(folder, 'a.git');
    execFileSync('git', ['init', '--quiet', '--bare', dir]);
    const { code } = await runGit({ dir, env: gitEnvironment(url, access, { PATH }) }, ['ls-remote', url]);
    expect(code).not.toBe(0);
    const lines = readFileSync(said, 'utf8').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        "/a b/it's; touch x",
        'UserKnownHostsFile="/c d/hosts"',
        'BatchMode=yes',
        'git@example.test',
      ]),
    );
  });
});

describe.skipIf(!hasGit)('a run of git', () => {
  const surroundings = () => ({
    dir: join(temporaryFolder(), 'a.git'),
    env: gitEnvironment('file:///', {}, process.env),
  });

  it('ends in its time, with all that it started', async () => {
    const { dir, env } = surroundings();
    const slow = ['-c', 'alias.slow=!sleep 60', 'slow'];
    await expect(runGit({ dir, env }, slow, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'git_timed_out' });
  });

  it('ends at once when it is called off', async () => {
    const { dir, env } = surroundings();
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(runGit({ dir, env }, ['version'], { signal })).rejects.toBe(reason);
  });

  it('says that there is no git, and that there is too much of it', async () => {
    const { dir, env } = surroundings();
    await expect(runGit({ dir, env: { ...env, PATH: '/nowhere' } }, ['version'])).rejects.toMatchObject({
      code: 'git_missing',
    });
    await expect(runGit({ dir, env }, ['version'], { maxBytes: 3 })).rejects.toMatchObject({ code: 'too_large' });
  });
});
