import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runGroup } from '../../process/run-group.js';
import { readJson } from '../../repo/json.js';
import { failedBy, type Outcome, pass, unavailable } from '../cell.js';
import { runWell } from '../command.js';
import type { MatrixContext, Row } from '../row.js';
import { binaryOf, nodes } from './runtimes.js';

/** Server and agent as a stranger starts them, on every Node. */
export function appRows(): Row[] {
  return nodes.map((runtime) => ({
    name: `apps-${runtime.name}`,
    title: `${runtime.title}, npx of both apps`,
    environment: `node ${runtime.version}`,
    kinds: ['apps'],
    excludes: () => undefined,
    async run(programs, context) {
      const outcome = await outcomeOf(
        () => binaryOf(runtime, context.signal),
        context,
        join(context.scratch, runtime.name),
      );
      return new Map(programs.map(({ name }) => [name, outcome]));
    },
  }));
}

async function outcomeOf(findNode: () => Promise<string>, context: MatrixContext, data: string): Promise<Outcome> {
  let node: string;
  try {
    node = await findNode();
  } catch (error) {
    return unavailable(error instanceof Error ? error.message : String(error));
  }
  try {
    await roundTrip(node, context, data);
    return pass;
  } catch (error) {
    return failedBy(error);
  }
}

/** Both tell their version; the server is set up and started, shows its page, and an agent enrols with it. */
async function roundTrip(node: string, context: MatrixContext, data: string): Promise<void> {
  const cwd = await context.folder('apps');
  mkdirSync(data, { recursive: true });
  // What npm and npx start is the Node that comes first.
  const env = { PATH: [dirname(node), process.env['PATH'] ?? ''].join(delimiter) };
  const npx = (name: string, ...args: string[]) =>
    runWell('npx', ['--no-install', name, ...args], { cwd, env, signal: context.signal });
  const server = (...args: string[]) => npx('@moorline/server', ...args, '--data-dir', join(data, 'server'));

  for (const name of ['@moorline/server', '@moorline/agent']) {
    const { version } = readJson(join(cwd, 'node_modules', name, 'package.json'));
    const printed = (await npx(name, '--version')).join('\n');
    if (printed !== version) throw new Error(`${name} --version: expected ${String(version)}, found ${printed}`);
  }
  await server('init', '--no-admin');

  const bin = join(cwd, 'node_modules/.bin/moorline-server');
  const serving = serve(
    bin,
    ['serve', '--port', '0', '--data-dir', join(data, 'server')],
    { cwd, env },
    context.signal,
  );
  try {
    const url = await serving.url;
    const [token = ''] = await server('token', 'create', '--group', 'lab');
    const tokenFile = join(data, 'token');
    writeFileSync(tokenFile, token, { mode: 0o600 });
    const login = ['login', '--endpoint', url, '--token-file', tokenFile, '--data-dir', join(data, 'agent')];
    await npx('@moorline/agent', ...login, '--allow-insecure-http');
    const machines: unknown = JSON.parse((await server('machines', 'list', '--json')).join('\n'));
    if (!Array.isArray(machines) || machines.length !== 1)
      throw new Error(`expected one machine, found ${JSON.stringify(machines)}`);
    if (existsSync(join(cwd, 'node_modules/@moorline/server/dist/page/index.html'))) await expectPage(url);
  } finally {
    await serving.stop();
  }
}

async function expectPage(url: string): Promise<void> {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok || !/<!doctype html/i.test(text))
    throw new Error(`expected the page at ${url}, found ${response.status}`);
}

/** Starts the server; `url` is what it listens on. */
function serve(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string> },
  signal: AbortSignal,
): { url: Promise<string>; stop: () => Promise<void> } {
  const ended = new AbortController();
  const lines: string[] = [];
  let found: (url: string) => void = () => undefined;
  const listening = new Promise<string>((resolve) => (found = resolve));
  const onLine = (line: string) => {
    lines.push(line);
    const [, url] = /^listening on (\S+)/.exec(line) ?? [];
    if (url !== undefined) found(url);
  };
  const running = runGroup(command, args, { ...options, onLine, signal: AbortSignal.any([ended.signal, signal]) });
  const failed = running.then((code): never => {
    throw new Error(`serve ended with ${code}: ${lines.join('\n')}`);
  });
  return {
    url: Promise.race([listening, failed]),
    async stop() {
      ended.abort();
      await running;
    },
  };
}
