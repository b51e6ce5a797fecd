import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Plan, Result } from './plan.js';

/** The load generator as a child process: what it costs is not on the server's event loop, nor on the benchmark's. */
export interface Load {
  run(plan: Plan): Promise<Result>;
  close(): void;
}

export function openLoad(): Load {
  const child = fork(join(import.meta.dirname, 'worker.ts'), { execArgv: ['--import', 'tsx'] });
  return {
    async run(plan) {
      child.send(plan);
      const [message] = (await once(child, 'message')) as [{ result: Result } | { error: string }];
      if ('error' in message) throw new Error(message.error);
      return message.result;
    },
    close: () => void child.disconnect(),
  };
}
