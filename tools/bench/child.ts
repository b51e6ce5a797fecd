import type { ChildProcess } from 'node:child_process';

/**
 * The next message of a child process.
 *
 * @throws Error when it ends instead: a benchmark must not wait for a process that has crashed.
 */
export function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      child.removeListener('exit', onExit);
      resolve(message);
    };
    const onExit = (code: number | null): void => {
      child.removeListener('message', onMessage);
      reject(new Error(`a process of the benchmark has ended with ${code}`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}
