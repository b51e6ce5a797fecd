import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export interface BenchServer {
  child: ChildProcess;
  port: number;
  token: string;
}

export async function startServer(kind: 'bare' | 'plugin' | 'list'): Promise<BenchServer> {
  const child = fork(new URL('server-process.ts', import.meta.url), [kind]);
  const [{ port, token }] = await once(child, 'message');
  return { child, port, token };
}
