import { join } from 'node:path';
import { runWell } from '../matrix/command.js';
import { Program } from './program.js';

/** A Moorline server for the examples that ask one. */
export interface ControlPlane extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Runs a command of it. @returns the lines that it prints @throws Error when it fails */
  ask(...args: string[]): Promise<string[]>;
}

/** @param server the program, and its first arguments; its data is made in `folder` */
export async function startControlPlane(
  server: readonly [command: string, ...args: string[]],
  folder: string,
  signal: AbortSignal,
): Promise<ControlPlane> {
  const [command, ...first] = server;
  const data = ['--data-dir', join(folder, 'server')];
  const serving = new Program(command, [...first, 'serve', '--port', '0', ...data], { cwd: folder, signal });
  try {
    const [, url = ''] = await serving.printed(/listening on (https?:\S+)/);
    return {
      url,
      ask: (...args) => runWell(command, [...first, ...args, ...data], { cwd: folder, signal }),
      [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
    };
  } catch (error) {
    await serving[Symbol.asyncDispose]();
    throw error;
  }
}
