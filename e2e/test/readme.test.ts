import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, Running } from './harness/running.js';

const root = resolve(import.meta.dirname, '../..');

/** What installing, building, testing and running leave behind; see .gitignore. */
const leftBehind = new Set([
  'node_modules',
  'dist',
  '.stage',
  '.vitest',
  '.nx',
  'coverage',
  '.moorline',
  'bench-results',
  '.screenshots',
  '.git',
]);

/** The working tree as a fresh clone would have it. */
function freshCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'moorline-copy-'));
  cpSync(root, copy, { recursive: true, filter: (path) => !leftBehind.has(basename(path)) });
  return copy;
}

/** The commands of the README's "Look around" block, without their comments. */
function lookAroundCommands(): string[] {
  const [, block = ''] =
    /## Look around[\s\S]*?```sh\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  return block.split('\n').flatMap((line) => line.replace(/\s+#.*$/, '').trim() || []);
}

describe("the README's two commands, on a fresh copy with nothing but Node", { timeout: 600_000 }, () => {
  let copy: string;
  beforeAll(() => {
    copy = freshCopy();
  });
  afterAll(() => {
    rmSync(copy, { recursive: true, force: true });
  });

  it('npm start installs, enrols this machine and runs; the commands beside it work; Ctrl-C stops it; the second start continues', async () => {
    // Variables that npm hands down to the tests would change what npm does in the copy.
    const env = Object.fromEntries(
      Object.keys(process.env)
        .filter((name) => name.startsWith('npm_'))
        .map((name) => [name, '']),
    );
    const start = () => new Running('npm', ['start'], { cwd: copy, env });

    const coldSince = performance.now();
    const cold = start();
    const [, url = ''] = await cold.printed(/Moorline runs at (http:\S+)/);
    await cold.printed(/Stop: Ctrl-C/);
    const coldMs = performance.now() - coldSince;

    const commands = lookAroundCommands().map((command) => command.replace('http://127.0.0.1:8080', url));
    expect(commands.length).toBeGreaterThanOrEqual(5);
    const looked = await run('bash', ['-euc', commands.join('\n')], { cwd: copy, env });
    expect(looked, looked.stdout + looked.stderr).toMatchObject({ code: 0 });
    expect(looked.stdout).toContain('"jobId"');
    await expect.poll(async () => jobStates(copy, env), { timeout: 30_000 }).toEqual(['completed']);
    await expect.poll(() => metricsOfFirstJob(copy, env, url), { timeout: 30_000 }).toContain('cpu_load');

    expect((await cold.stop('SIGINT')).code).toBe(0);

    const warmSince = performance.now();
    const warm = start();
    await warm.printed(/are still there[\s\S]*Stop: Ctrl-C/);
    const warmMs = performance.now() - warmSince;
    expect(await jobStates(copy, env)).toEqual(['completed']);
    expect((await warm.stop('SIGINT')).code).toBe(0);
    // Told, not judged: how fast a machine is does not make a test fail.
    console.info(
      `npm start: ${(coldMs / 1000).toFixed(1)} s from nothing installed, ${(warmMs / 1000).toFixed(1)} s again`,
    );
  });

  it('npm test ends with the plain line that counts', async () => {
    const tested = await run('npm', ['test', '--', 'core'], { cwd: copy });
    expect(tested, tested.stdout + tested.stderr).toMatchObject({ code: 0 });
    expect(tested.stdout.trimEnd().split('\n').at(-1)).toMatch(/^[1-9]\d* passed, 0 failed, \d+ skipped$/);
  });
});

async function jobStates(copy: string, env: Record<string, string>): Promise<string[]> {
  const jobs = await run('npm', ['run', '-s', 'moorline-agent', '--', 'jobs', '--json'], { cwd: copy, env });
  const parsed: unknown = JSON.parse(jobs.stdout);
  const list: unknown[] = Array.isArray(parsed) ? parsed : [];
  return list.map((job) => (typeof job === 'object' && job !== null && 'jobState' in job ? String(job.jobState) : ''));
}

/** Names of the metrics that the server has samples of, for the job that ran first. */
async function metricsOfFirstJob(copy: string, env: Record<string, string>, url: string): Promise<string[]> {
  const token = await run('npm', ['run', '-s', 'moorline-server', '--', 'jwt', 'create', '--role', 'api'], {
    cwd: copy,
    env,
  });
  const headers = { authorization: `Bearer ${token.stdout.trim()}` };
  const answer: unknown = await (await fetch(`${url}/api/jobs/metrics/1?scope=node`, { headers })).json();
  return [...JSON.stringify(answer).matchAll(/"name":"(\w+)"/g)].flatMap(([, name]) => name ?? []);
}
