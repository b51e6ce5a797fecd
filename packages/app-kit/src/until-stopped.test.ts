import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

/** A child that runs `work` under `untilStopped`, says `up` when it is in there, and reports how it ended on standard output. */
function child(work: string, graceMs = 5000) {
  const program = `
    const { untilStopped } = await import(${JSON.stringify(new URL('./until-stopped.ts', import.meta.url).href)});
    const keepAlive = setInterval(() => undefined, 1000);
    const work = ${work};
    const announced = (signal) => (console.log('up'), work(signal));
    await untilStopped(announced, { graceMs: ${graceMs}, onStop: ({ signal }) => console.log('stopping on ' + signal) })
      .then(() => console.log('ended'), (error) => console.log(error.code))
      .finally(() => clearInterval(keepAlive));`;
  const running = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@moorline/source', '--input-type=module', '-e', program],
    {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    running.emit('output');
  });
  const until = async (text: string) => {
    while (!output.includes(text)) await once(running, 'output');
  };
  const exit = async () => {
    const [code] = (await once(running, 'close')) as [number | null];
    return { code, output };
  };
  return { until, exit, kill: (signal: NodeJS.Signals) => running.kill(signal) };
}

const patient = '(signal) => new Promise((resolve) => signal.addEventListener("abort", resolve))';
const stubborn = '() => new Promise(() => undefined)';

describe('untilStopped', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('lets the work finish on %s', async (signal) => {
    const process = child(patient);
    await process.until('up');
    process.kill(signal);
    expect(await process.exit()).toEqual({ code: 0, output: `up\nstopping on ${signal}\nended\n` });
  });

  it('ends when the work ends by itself', async () => {
    expect(await child('async () => undefined').exit()).toEqual({ code: 0, output: 'up\nended\n' });
  });

  it('says so when stopping takes too long', async () => {
    const process = child(stubborn, 50);
    await process.until('up');
    process.kill('SIGTERM');
    expect((await process.exit()).output).toContain('stop_timed_out');
  });

  it('ends at once on a second signal', async () => {
    const process = child(stubborn);
    await process.until('up');
    process.kill('SIGINT');
    await process.until('stopping');
    process.kill('SIGINT');
    expect((await process.exit()).code).toBe(130);
  });
});
