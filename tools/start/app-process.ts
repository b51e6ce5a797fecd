import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { endGroup } from '../process/run-group.js';
import { appArgs, type AppName, type Layout, logFile, shown } from './layout.js';
import { lastLines, openLog } from './log.js';

/** A running app. */
export interface AppProcess {
  /** Rejects, with the app's last log lines, when it ends without having been asked to. */
  died: Promise<never>;
  /** Called with each line of its stdout. */
  onLine(listener: (line: string) => void): void;
  /** Asks it to end; after `afterMs` milliseconds by force. */
  stop(afterMs: number): Promise<void>;
}

/**
 * Starts an app from its source, in a process group of its own: a terminal's Ctrl-C reaches only the launcher, which then
 * ends the apps in order. Its stdout and stderr go to its log.
 */
export function startApp(layout: Layout, app: AppName, args: readonly string[]): AppProcess {
  const file = logFile(layout, app);
  const log = openLog(file);
  const watch = pathToFileURL(`${import.meta.dirname}/parent-watch.mjs`).href;
  const child = spawn(process.execPath, ['--import', watch, ...appArgs(layout, app, args)], {
    cwd: layout.root,
    detached: true,
    stdio: ['ignore', 'pipe', log, 'ipc'],
  });
  const listeners: ((line: string) => void)[] = [];
  readLines(child, log, listeners);
  let isStopping = false;
  const died = new Promise<never>((_, reject) => {
    child.on('error', reject).on('close', (code, signal) => {
      if (isStopping) return;
      const how = signal === null ? `exit code ${code}` : signal;
      const lines = lastLines(file).map((line) => `  ${line}`);
      reject(new Error([`The ${app} ended (${how}). The end of ${shown(layout, file)}:`, ...lines].join('\n')));
    });
  });
  died.catch(() => undefined); // whoever waits for it gets it too; nobody may be waiting yet
  return {
    died,
    onLine: (listener) => void listeners.push(listener),
    stop: async (afterMs) => {
      isStopping = true;
      await endGroup(child, afterMs);
    },
  };
}

function readLines(child: ChildProcess, log: number, listeners: readonly ((line: string) => void)[]): void {
  if (child.stdout === null) return;
  createInterface(child.stdout).on('line', (line) => {
    writeSync(log, `${line}\n`);
    for (const listener of listeners) listener(line);
  });
  child.on('close', () => {
    closeSync(log);
  });
}
