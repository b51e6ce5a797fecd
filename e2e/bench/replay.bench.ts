/*
 * A workload log replayed over REST into a real server: jobs a second, against as many requests of the same size to the
 * least possible HTTP server, and the share of the time that the server spends in its store.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { report } from '../../tools/bench/harness.js';
import { type Exit, Running } from '../test/harness/running.js';
import { syntheticLog } from './synthetic-log.js';

const jobs = 4000;
const atOnce = 16;
const root = resolve(import.meta.dirname, '../..');

const fromSource = (file: string, args: readonly string[], input?: string): Running =>
  new Running(process.execPath, ['--import', 'tsx', '--conditions=@moorline/source', join(root, file), ...args], {
    cwd: root,
    ...(input === undefined ? {} : { input }),
  });
const server = (...args: string[]) =>
  fromSource('apps/server/src/main.ts', [...args, '--data-dir', join(folder, 'server')]);
const agent = (args: string[], input?: string) =>
  fromSource('apps/agent/src/main.ts', [...args, '--data-dir', join(folder, 'agent')], input);

async function well(running: Running): Promise<Exit> {
  const exit = await running.exit;
  if (exit.code !== 0) throw new Error(`ended with ${exit.code}:\n${exit.stdout}${exit.stderr}`);
  return exit;
}

async function listening(running: Running): Promise<string> {
  const [, url = ''] = await running.printed(/listening on (http:\S+)/);
  return url;
}

/** Seconds for two requests a job, `atOnce` at once, to a server that does nothing with them. */
async function bareSeconds(): Promise<number> {
  const bare = fromSource('e2e/bench/bare-server.ts', []);
  const url = await listening(bare);
  const body = JSON.stringify({ filler: 'x'.repeat(530) });
  let left = 2 * jobs;
  const client = async (): Promise<void> => {
    while (left-- > 0) await (await fetch(url, { method: 'POST', body })).text();
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, client));
  const seconds = (performance.now() - startedAt) / 1000;
  await bare.stop('SIGKILL');
  return seconds;
}

const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
try {
  const log = join(folder, 'bench.swf');
  writeFileSync(log, syntheticLog(jobs));
  const running = server('serve', '--port', '0', '--log-level', 'warn');
  const url = await listening(running);
  const token = (await well(server('token', 'create', '--group', 'bench', '--cluster', '*'))).stdout;
  const towards = ['--endpoint', url, '--allow-insecure-http'];
  await well(agent(['login', ...towards, '--token-file', '-'], token));
  const bare = await bareSeconds();

  const startedAt = performance.now();
  await well(agent(['replay', log, '--cluster', 'bench', '--concurrency', String(atOnce), ...towards]));
  const seconds = (performance.now() - startedAt) / 1000;

  const status: unknown = JSON.parse((await well(server('status', '--json'))).stdout);
  const { storeMs, jobs: stored } = status as { storeMs: number; jobs: number };
  if (stored !== jobs) throw new Error(`${stored} of ${jobs} jobs are there`);
  const peer = { name: 'as many requests by fetch to a bare server', value: jobs / bare };
  report({ name: `replay of ${jobs} jobs over REST`, unit: 'jobs/s', ours: jobs / seconds, peer });
  report({ name: 'replay, share spent in the store', unit: '%', ours: storeMs / seconds / 10 });
  await running.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
