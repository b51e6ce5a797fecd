import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';
import { exampleTypeErrors } from '../../../tools/testenv/example-types.js';
import { firstColumn } from '../../../tools/testenv/readme.js';
import { documentedFailures } from '../src/index.js';
import { localErrorCodes } from '../src/wire/login-error.js';

const root = resolve(import.meta.dirname, '..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);

/** Inside the package, so that the code blocks import it by its name. */
const folder = join('.vitest', `readme-${process.pid}`);
const programs = blocks.map((_, index) => `readme-${index}`);

beforeAll(async () => {
  await mkdir(join(root, folder), { recursive: true });
  await Promise.all(blocks.map((block, index) => writeFile(join(root, folder, `${index}.ts`), block)));
  await bundle(root, Object.fromEntries(programs.map((name, index) => [name, join(folder, `${index}.ts`)])));
});
afterAll(() => rm(join(root, folder), { recursive: true, force: true }));

/** Starts a code block as a program. */
function start(block: string, cwd: string, env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [bundled(root, programs[blocks.indexOf(block)] ?? '')], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function run(
  block: string,
  cwd: string,
  env: Record<string, string> = {},
): Promise<{ code: number; text: string }> {
  const child = start(block, cwd, env);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

const blockWith = (words: string): string => {
  const found = blocks.find((block) => block.includes(words));
  if (found === undefined) throw new Error(`no block of README.md has ${words}`);
  return found;
};

describe('README.md', () => {
  it('shows examples that type-check', { timeout: 120_000 }, () => {
    expect(exampleTypeErrors(join(root, 'README.md'))).toEqual([]);
  });

  it('enrols a machine with the control plane that it starts, once, and reads the identity', async () => {
    const cwd = temporaryFolder();
    const server = start(blockWith('createServer'), cwd, { TOKEN: 'reg-readme', PORT: '0' });
    const [chunk] = (await once(server.stdout ?? server, 'data')) as [Buffer];
    const port = /port: (\d+)/.exec(chunk.toString())?.[1];
    const env = { TOKEN: 'reg-readme', ENDPOINT: `http://127.0.0.1:${port}` };
    const enrol = blockWith('await login(');
    expect(await run(enrol, cwd, env)).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^[0-9a-f-]{36} is enrolled\n$/) as string,
    });
    expect((await run(enrol, cwd, env)).text).toContain('was enrolled before');
    const read = await run(blockWith('openIdentity('), cwd);
    expect(read.text).toContain(`${env.ENDPOINT} true`);
    expect(read.text).not.toMatch(/token/i);
    const session = start(blockWith('connectSession({'), cwd);
    const states = JSON.stringify([{ component: 'fan', states: [{ health: 'Healthy', reason: 'it turns' }] }]);
    let answered = '';
    for await (const chunk of server.stdout as AsyncIterable<Buffer>)
      if ((answered += String(chunk)).includes(states)) break;
    session.kill('SIGTERM');
    expect(await once(session, 'close')).toEqual([0, null]);
    const refused = await run(enrol, temporaryFolder(), { ...env, TOKEN: 'wrong' });
    expect(refused).toMatchObject({
      code: 1,
      text: expect.stringContaining('invalid_token: failed to login') as string,
    });
  }, 60_000);

  it.each(['setupServer', 'EnvHttpProxyAgent'])(
    'runs the example with %s',
    async (words) => {
      expect(await run(blockWith(words), temporaryFolder())).toMatchObject({ code: 0 });
    },
    60_000,
  );

  it('lists every error code once, and no other', () => {
    expect(firstColumn(join(root, 'README.md'), 'Errors')).toEqual([
      ...documentedFailures.map(({ code }) => code),
      ...localErrorCodes,
    ]);
  });
});
