import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../test/support/until.js';

// Each test starts processes, and the machine may have others to run.
vi.setConfig({ testTimeout: 60_000 });

const script = join(import.meta.dirname, '../../test/support/run-command-child.ts');

interface Ended {
  code: number | null;
  stdout: string;
  end: unknown;
}

/** Starts a process of its own, as the agent's `run` is one: its signals and streams are not the test's. */
function start(
  limit: string,
  ...command: string[]
): { child: ChildProcess; ended: Promise<Ended>; said(text: string): Promise<void> } {
  const child = spawn(process.execPath, [
    '--import',
    'tsx',
    '--conditions=@moorline/source',
    script,
    limit,
    ...command,
  ]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => ({
    code: typeof code === 'number' ? code : null,
    stdout,
    end: /\{[^{}]*\}$/.test(stderr) ? (JSON.parse(/\{[^{}]*\}$/.exec(stderr)?.[0] ?? '') as unknown) : stderr,
  }));
  const said = async (text: string) => {
    while (!stdout.includes(text)) await once(child.stdout, 'data');
  };
  return { child, ended, said };
}

describe('runCommand', () => {
  it('hands on streams and a good end', async () => {
    const { child, ended } = start('-', 'cat');
    child.stdin?.end('through and through');
    expect(await ended).toEqual({ code: 0, stdout: 'through and through', end: { state: 'completed', exitCode: 0 } });
  });

  it('hands on the exit code of a failure', async () => {
    expect(await start('-', 'sh', '-c', 'exit 7').ended).toMatchObject({
      code: 7,
      end: { state: 'failed', exitCode: 7 },
    });
  });

  it('calls a command killed by a signal cancelled, with 128 and the signal', async () => {
    expect(await start('-', 'sh', '-c', 'kill -KILL $$').ended).toMatchObject({
      code: 137,
      end: { state: 'cancelled' },
    });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('passes %s on to the command and calls it cancelled', async (signal, code) => {
    const { child, ended, said } = start('-', 'sh', '-c', 'echo ready; exec sleep 60');
    await said('ready');
    child.kill(signal);
    expect(await ended).toMatchObject({ code, end: { state: 'cancelled' } });
  });

  it('calls it cancelled, too, where the command ends in its own way when told to', async () => {
    const { child, ended, said } = start(
      '-',
      'sh',
      '-c',
      "trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done",
    );
    await said('ready');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 3, end: { state: 'cancelled', exitCode: 3 } });
  });

  it('asks a command to end after its time', async () => {
    expect(await start('50', 'sleep', '60').ended).toMatchObject({ code: 143, end: { state: 'timeout' } });
  });

  it('kills a command that does not end when asked', async () => {
    const { ended } = start('300', 'sh', '-c', "trap '' TERM; while :; do sleep 0.01; done");
    expect(await ended).toMatchObject({ code: 137, end: { state: 'timeout' } });
  });

  it('says as a shell does that there is no such command, or none that may be run', async () => {
    expect(await start('-', '/nonexistent/command').ended).toMatchObject({ code: 127, end: { state: 'failed' } });
    expect(await start('-', '/etc/passwd').ended).toMatchObject({ code: 126, end: { state: 'failed' } });
  });

  /** Says the numbers of two processes that the command starts: one ends when asked to, one does not. */
  const family = 'sleep 60 & echo a$!; sh -c \'trap "" TERM INT; echo b$$; while :; do sleep 0.05; done\' & wait';
  const isThere = (pid: number): boolean => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // A zombie has ended; nobody has asked how.
      return !/\) Z /.test(stat);
    } catch {
      return false;
    }
  };
  const membersOf = (stdout: string): number[] => [...stdout.matchAll(/^[ab](\d+)$/gm)].map(([, pid]) => Number(pid));

  it('ends everything that the command started after its time', async () => {
    const { stdout, end } = await start('500', 'sh', '-c', family).ended;
    expect(end).toMatchObject({ state: 'timeout' });
    expect(membersOf(stdout)).toHaveLength(2);
    // A killed process takes a moment to be gone.
    await until(() => !membersOf(stdout).some(isThere));
  });

  it('ends everything that the command started when it is cancelled', async () => {
    const { child, ended, said } = start('-', 'sh', '-c', family);
    await said('a');
    await said('b');
    child.kill('SIGTERM');
    const { stdout, end } = await ended;
    expect(end).toMatchObject({ state: 'cancelled' });
    // A killed process takes a moment to be gone.
    await until(() => !membersOf(stdout).some(isThere));
  });

  it('leaves alone what the command left behind when it ended by itself', async () => {
    const { stdout, code } = await start('-', 'sh', '-c', 'sleep 60 >/dev/null 2>&1 & echo a$!').ended;
    const [pid = 0] = membersOf(stdout);
    expect({ code, isThere: isThere(pid) }).toEqual({ code: 0, isThere: true });
    process.kill(pid, 'SIGKILL');
  });
});
