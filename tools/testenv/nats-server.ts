import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Whether there is a nats-server. In CI there must be one: a test that is skipped there tests nothing. */
export const hasNatsServer = probe();

/** A nats-server with JetStream, on a port of 127.0.0.1 that stays the same when it is started again. */
export interface NatsServer {
  readonly port: number;
  /** Ends it without warning, as a power cut does. */
  kill(): Promise<void>;
  /** Starts it again. @param how `empty`: as if the disk with its storage had been replaced. */
  start(how?: 'as it was' | 'empty'): Promise<void>;
  /** Ends it and removes its files. */
  remove(): Promise<void>;
}

/** @param configuration lines of its configuration file: users, limits. */
export async function startNatsServer(configuration = ''): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-nats-'));
  const config = join(folder, 'nats.conf');
  writeFileSync(config, configuration);
  let running = await run(folder, config, -1);
  const { port } = running;
  const kill = async (): Promise<void> => {
    if (running.process.exitCode !== null || running.process.signalCode !== null) return;
    const exit = once(running.process, 'exit');
    running.process.kill('SIGKILL');
    await exit;
  };
  return {
    port,
    kill,
    async start(how = 'as it was') {
      await kill();
      if (how === 'empty') rmSync(join(folder, 'jetstream'), { recursive: true, force: true });
      running = await run(folder, config, port);
    },
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves once it accepts connections. */
async function run(folder: string, config: string, port: number): Promise<{ process: ChildProcess; port: number }> {
  const args = ['-c', config, '-js', '-sd', folder, '-a', '127.0.0.1', '-p', String(port)];
  const child = spawn('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const log: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    log.push(line);
    if (!line.includes('Server is ready')) continue;
    // Whoever leaves its log unread holds it up.
    child.stderr.resume();
    const [, listening] = /Listening for client connections on [\d.]+:(\d+)/.exec(log.join('\n')) ?? [];
    return { process: child, port: Number(listening) };
  }
  throw new Error(`nats-server did not start:\n${log.join('\n')}`);
}

function probe(): boolean {
  const isThere = spawnSync('nats-server', ['--version'], { stdio: 'ignore' }).error === undefined;
  if (!isThere && process.env['CI'] !== undefined) throw new Error('nats-server is not installed: see programs.mjs');
  return isThere;
}
