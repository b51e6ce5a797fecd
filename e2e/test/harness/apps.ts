import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Exit, run, Running, type RunOptions } from './running.js';

const root = resolve(import.meta.dirname, '../../..');
/** The built programs, as `npx @moorline/server` and `npx @moorline/agent` would run them. */
const programs = { server: join(root, 'apps/server/dist/main.js'), agent: join(root, 'apps/agent/dist/main.js') };

export type App = keyof typeof programs;

/** Starts one of the built apps, which the caller ends. */
export const launchApp = (app: App, args: readonly string[], options: RunOptions = {}): Running =>
  new Running(process.execPath, [programs[app], ...args], options);

/** Starts one of the built apps; it is killed at the end of the test if it still runs. */
export function startApp(app: App, args: readonly string[], options: RunOptions = {}): Running {
  const running = launchApp(app, args, options);
  onTestFinished(async () => void (await running.stop('SIGKILL')));
  return running;
}

/** Runs one of the built apps to its end. */
export const runApp = (app: App, args: readonly string[], options: RunOptions = {}): Promise<Exit> =>
  run(process.execPath, [programs[app], ...args], options);

/** Like {@link runApp}; fails with everything that was printed unless the exit code is 0. */
export async function runAppWell(app: App, args: readonly string[], options: RunOptions = {}): Promise<Exit> {
  const exit = await runApp(app, args, options);
  if (exit.code !== 0)
    throw new Error(`${app} ${args.join(' ')} ended with ${exit.code}:\n${exit.stdout}${exit.stderr}`);
  return exit;
}
