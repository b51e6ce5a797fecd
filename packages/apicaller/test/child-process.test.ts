import { createEngine, manifold, outputKey, valueWorker, worker } from '@moorline/apicaller';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const childKey = outputKey<ChildProcessWithoutNullStreams>('child');

/** Runs the program as long as the engine wants it; its end before that is a failure. */
const program = manifold({
  async start({ signal }) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'support/child.mjs')]);
    const exited = once(child, 'exit');
    await once(child.stdout, 'data', { signal });
    return worker(
      async (stop) => {
        stop.addEventListener('abort', () => child.stdin.end(), { once: true });
        const [code, killedBy]: unknown[] = await exited;
        if (!stop.aborted) throw new Error(`child ended by itself: ${String(killedBy ?? code)}`);
      },
      { output: child, report: () => ({ pid: child.pid }) },
    );
  },
  outputs: ({ output }) => [childKey.provide(output)],
});

it('a crashed child process comes up again, its dependent with it, and both end when the engine does', async () => {
  const children: ChildProcessWithoutNullStreams[] = [];
  const starts = new EventEmitter();
  const engine = createEngine({
    isFatal: () => false,
    worstError: (error) => error,
    errorDelayMs: 20,
    metrics: { recordStart: (name) => void starts.emit(name) },
  });
  const firstStart = once(starts, 'user');
  engine.installAll({
    program,
    user: manifold({
      inputs: ['program'],
      start(context) {
        const child = context.get('program', childKey);
        children.push(child);
        return valueWorker(child);
      },
    }),
  });
  await firstStart;
  const first = children.at(-1);
  expect(await ask(first)).toBe(`hello ${first?.pid}\n`);

  const secondStart = once(starts, 'user');
  first?.kill('SIGKILL');
  await secondStart;
  const second = children.at(-1);
  expect(second?.pid).not.toBe(first?.pid);
  expect(await ask(second)).toBe(`hello ${second?.pid}\n`);
  expect(engine.report().manifolds).toMatchObject({
    program: { state: 'started', 'start-count': 2, report: { pid: second?.pid } },
    user: { state: 'started', 'start-count': 2 },
  });

  await engine.stop();
  expect(second?.exitCode).toBe(0);
});

async function ask(child: ChildProcessWithoutNullStreams | undefined): Promise<string> {
  if (child === undefined) throw new Error('no child');
  const answers = on(child.stdout, 'data');
  child.stdin.write('hello\n');
  const { value }: { value?: unknown } = await answers.next();
  await answers.return?.();
  return String(value);
}
