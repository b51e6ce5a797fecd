import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aCluster, metricConfig } from '../test/a-cluster.js';
import buildProgram from '../test/build-program.js';
import { serve } from '../test/child.js';
import { apiToken, put, temporaryDirectory } from '../test/support.js';
import { cluster, hosts } from './load/requests.js';

/** A program that is measured, as a child process. */
export interface Measured {
  url: string;
  token: string;
  close(): Promise<void>;
}

/** The real server on a store that holds jobs already. */
export interface BenchServer extends Measured {
  dataDir: string;
  /** Resident megabytes of its process now. */
  residentMb(): number;
  /** The most that it ever had, as the kernel saw it. */
  mostResidentMb(): number;
  /** Milliseconds of CPU time, all threads, that its process has had: the measure that other work on the machine disturbs least. */
  cpuMs(): number;
}

/** The cluster has `metric_0` and so on: with all of its hosts, 102,000 series. */
export const metrics = 34;

const storeBench = fileURLToPath(new URL('../../../packages/cc-store/bench', import.meta.url));
const source = ['--import', 'tsx', '--conditions=@moorline/source'];

await buildProgram();
const folder = temporaryDirectory();
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** A store's file that holds jobs, made once a run for each number of them; each caller gets a copy. */
function storeFile(jobs: number): string {
  const filled = join(folder, `filled-${jobs}.db`);
  const running = Math.min(jobs, 3000);
  const parameters = [join(storeBench, 'fill-jobs.ts'), filled, String(jobs), String(running)];
  if (!known.has(jobs))
    execFileSync(process.execPath, [...source, ...parameters], { cwd: storeBench, stdio: 'inherit' });
  known.add(jobs);
  const copy = join(folder, String(++made), 'moorline.db');
  cpSync(filled, copy);
  return copy;
}

const known = new Set<number>();

/** @param jobs so many in the store, of which 3,000 run. */
export async function startBenchServer(jobs: number, ...flags: string[]): Promise<BenchServer> {
  const dataDir = join(storeFile(jobs), '..');
  const program = await serve(['--data-dir', dataDir, '--port', '0', '--log-level', 'warn', ...flags]);
  const token = await apiToken({ dataDir });
  const description = { ...aCluster(cluster, `n[0001-${hosts}]`), metricConfig: describedMetrics };
  const described = await put(`${program.url}/moorline/v1/clusters/${cluster}`, description, token);
  if (described.status !== 204) throw new Error(await described.text());
  return {
    url: program.url,
    token,
    dataDir,
    residentMb: () => statusMb(program.child.pid, 'VmRSS'),
    mostResidentMb: () => statusMb(program.child.pid, 'VmHWM'),
    cpuMs: () => cpuMs(program.child.pid),
    async close() {
      program.child.kill('SIGTERM');
      const { code, stderr } = await program.ended;
      if (code !== 0) throw new Error(`serve ended with ${code}: ${stderr}`);
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** node:http over bare SQL with the same durability, on a copy of the same file. */
export async function startBareSql(jobs: number): Promise<Measured> {
  return peer(join(storeBench, 'bare-sql-server.ts'), storeFile(jobs));
}

/** Fastify alone. */
export async function startBareFastify(): Promise<Measured> {
  return peer(join(import.meta.dirname, 'bare-fastify.ts'));
}

async function peer(program: string, ...parameters: string[]): Promise<Measured> {
  const child = spawn(process.execPath, [...source, program, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { url: await listening(child, program), token: 'none', close: () => ended(child) };
}

async function listening(child: ChildProcess, program: string): Promise<string> {
  if (child.stdout === null) throw new TypeError('the child was started without a pipe');
  // A program that ends instead of listening must not be waited for.
  const [line]: unknown[] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const url = /(http:\S+)/.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`${program} ended with ${String(line)}`);
  return url;
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}

const describedMetrics = Array.from({ length: metrics }, (_, index) =>
  metricConfig.map((metric) => ({ ...metric, name: `metric_${index}` })),
).flat();

function statusMb(pid = 0, field: 'VmRSS' | 'VmHWM'): number {
  const [, kib = NaN] =
    new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/** The kernel counts in hundredths of a second. */
function cpuMs(pid = 0): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '';
  const [user = NaN, system = NaN] = afterName.split(' ').slice(11, 13).map(Number);
  return 10 * (user + system);
}
