import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lock } from '../process/lock.js';
import { appCommand } from './app-command.js';
import { type AppProcess, startApp } from './app-process.js';
import { openBrowser } from './browser.js';
import { enrol, isEnrolled } from './enrol.js';
import type { Layout } from './layout.js';
import { bringPageUp } from './page.js';
import { screen } from './screen.js';

export interface LaunchOptions {
  layout: Layout;
  /** Where the server should listen; it takes the next free port where this one is taken. */
  port: number;
  /** The program that opens the page in a browser; absent = nobody does. */
  opener?: string | undefined;
  print: (text: string) => void;
  /** Stops both apps. */
  signal: AbortSignal;
}

/** Milliseconds that each app gets to end by itself: both together stay below five seconds. */
const stopMs = 1800;

/** Milliseconds from starting the server to its line `listening on <url>`. */
const readyMs = 60_000;

/**
 * Builds the page where it has to be, and runs the server and the agent until the signal is aborted. The first time it enrols this machine in
 * between.
 *
 * @throws Error when another launcher runs here, half of what it kept is gone, an app cannot be started or ends by itself; both are then stopped.
 */
export async function launch({ layout, port, opener, print, signal }: LaunchOptions): Promise<void> {
  mkdirSync(layout.stateDir, { recursive: true });
  const unlock = lock(join(layout.stateDir, 'start.pid'), 'npm start');
  const running: AppProcess[] = [];
  let forgetLink = (): void => undefined;
  // The server reads it as it is asked for: neither waits for the other.
  const page = bringPageUp(layout, { print, signal });
  page.catch(() => undefined);
  try {
    const isFirst = !isEnrolled(layout);
    print('Starting the server …\n');
    const server = startApp(layout, 'server', ['serve', '--port', String(port), '--next-free-port']);
    running.unshift(server);
    const url = await untilListening(server, signal);

    if (isFirst) {
      print('Enrolling this machine …\n');
      await Promise.race([enrol(layout, url, signal), server.died]);
    }
    print('Starting the agent …\n');
    const agent = startApp(layout, 'agent', ['start', '--endpoint', url, '--allow-insecure-http']);
    running.unshift(agent);
    const link = await Promise.race([linkToPage(layout, page, signal), server.died, agent.died]);
    print(screen(layout, { url, link, wantedPort: port, isFirst }));
    if (link !== undefined && opener !== undefined) forgetLink = openBrowser(opener, link, layout.stateDir);
    await Promise.race([aborted(signal), server.died, agent.died]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    if (signal.aborted) print('\nStopping …\n');
    // The agent first: what it still has to say, the server hears.
    for (const app of running) await app.stop(stopMs);
    forgetLink();
    unlock();
  }
  print('Stopped. The next npm start continues here.\n');
}

/** @returns a link that signs whoever opens it in, once; undefined where there is no page to open. */
async function linkToPage(layout: Layout, page: Promise<boolean>, signal: AbortSignal): Promise<string | undefined> {
  const link = appCommand(layout, 'server', ['link', 'create'], { signal });
  link.catch(() => undefined);
  return (await page) ? link : undefined;
}

/** @returns the server's URL, without a slash at the end. */
function untilListening(server: AppProcess, signal: AbortSignal): Promise<string> {
  const listening = new Promise<string>((resolve) => {
    server.onLine((line) => {
      const url = /listening on (https?:\/\/\S+?)\/?$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const tooLate = new Error(`The server did not listen within ${readyMs / 1000} s; see its log`);
  const late = aborted(AbortSignal.timeout(readyMs)).then(() => Promise.reject<never>(tooLate));
  const stopped = aborted(signal).then(() => Promise.reject<never>(new Error('stopped')));
  return Promise.race([listening, late, stopped, server.died]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
