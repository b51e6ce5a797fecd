import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';
import { exampleTypeErrors } from '../../../tools/testenv/example-types.js';
import { firstColumn } from '../../../tools/testenv/readme.js';
import { rpcErrorCodes } from '../src/index.js';

const root = resolve(import.meta.dirname, '..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```)?/g)].map(
  ([, code = '', output], index) => ({ code, output, name: `readme-${index}` }),
);

/** Inside the package, so that the code blocks import it by its name. */
const folder = join('.vitest', `readme-${process.pid}`);

beforeAll(async () => {
  await mkdir(join(root, folder), { recursive: true });
  const files = blocks.map(({ name }) => [name, join(folder, `${name}.ts`)] as const);
  await Promise.all(blocks.map(({ code, name }) => writeFile(join(root, folder, `${name}.ts`), code)));
  await bundle(root, Object.fromEntries(files));
});
afterAll(() => rm(join(root, folder), { recursive: true, force: true }));

interface Program {
  child: ChildProcess;
  /** Resolves with what it has printed once that contains the text. */
  prints(text: string): Promise<string>;
}

function start(words: string, env: Record<string, string> = {}): Program {
  const block = blocks.find(({ code }) => code.includes(words));
  if (block === undefined) throw new Error(`no block of README.md has ${words}`);
  const child = spawn(process.execPath, [bundled(root, block.name)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  const waiting = new Map<string, (printed: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
      for (const [text, resolve] of waiting) if (printed.includes(text)) resolve(printed);
    });
  }
  return {
    child,
    prints: (text) =>
      new Promise((resolve) => {
        waiting.set(text, resolve);
        if (printed.includes(text)) resolve(printed);
      }),
  };
}

describe('README.md', () => {
  it('shows examples that type-check', { timeout: 120_000 }, () => {
    expect(exampleTypeErrors(join(root, 'README.md'))).toEqual([]);
  });

  it('calls the daemon that dials out, until that is closed', async () => {
    const service = start('createServer', { PORT: '0' });
    const port = /port: (\d+)/.exec(await service.prints('port: '))?.[1];
    const daemon = start('connectDaemon', { SERVICE_URL: `http://127.0.0.1:${port}/api/flux` });
    await service.prints('berth-7 is here and speaks v11');
    const commits = await fetch(`http://127.0.0.1:${port}/berth-7?ref=main`);
    expect(await commits.json()).toEqual(['main~1', 'main']);
    const unknown = await fetch(`http://127.0.0.1:${port}/berth-8`);
    expect(await unknown.text()).toContain('no daemon of berth-8 is connected');
    const exited = once(daemon.child, 'exit');
    daemon.child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(await daemon.prints('closed')).toBe('connecting \nconnected \nclosed \n');
    await service.prints('berth-7 is gone: closed');
  }, 60_000);

  it.each(blocks.filter(({ output }) => output !== undefined))(
    'prints what it shows ($name)',
    async ({ code, output = '' }) => {
      const { child, prints } = start(code);
      expect(await prints(output)).toBe(output);
      if (child.exitCode === null) await once(child, 'exit');
      expect(child.exitCode).toBe(0);
    },
    60_000,
  );

  it('lists every error code once, and no other', () => {
    expect(firstColumn(join(root, 'README.md'), 'Errors')).toEqual([...rpcErrorCodes]);
  });
});
