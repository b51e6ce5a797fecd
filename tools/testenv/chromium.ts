import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserServer, chromium } from 'playwright-core';
import { foldersOf, programs, startedAs } from './programs.mjs';

/** Whether there is a Chromium. In CI there must be one: a test that is skipped there tests nothing. */
export const hasChromium = probe();

/** Offers a Chromium without windows to several processes: `connectTo` its `wsEndpoint()`. @throws Error where there is none. */
export const serveChromium = (): Promise<BrowserServer> => chromium.launchServer(launchOptions());

/** Starts a Chromium without windows of one's own. @throws Error where there is none. */
export const startChromium = (...flags: string[]): Promise<Browser> => chromium.launch(launchOptions(flags));

/** Contexts that are made over the connection end with it. */
export const connectTo = (endpoint: string): Promise<Browser> => chromium.connect(endpoint);

function launchOptions(flags: readonly string[] = []) {
  return {
    executablePath: chromiumPath(),
    // Nothing that speaks to the world outside, or that a machine without a screen lacks.
    args: [
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium refuses to sandbox what root starts.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...flags,
    ],
  };
}

/** The file that `CHROMIUM_PATH` names, else `chromium` on PATH. */
function chromiumPath(): string {
  const program = startedAs(theProgram());
  const found = program.includes('/')
    ? program
    : foldersOf({})
        .map((folder) => join(folder, program))
        .find(existsSync);
  if (found !== undefined) return found;
  throw new Error(
    `no ${program} on ${process.env['PATH']?.split(delimiter).join(', ')}: install it, or set CHROMIUM_PATH`,
  );
}

function theProgram() {
  const program = programs.find(({ command }) => command === 'chromium');
  if (program === undefined) throw new Error('programs.mjs does not list chromium');
  return program;
}

function probe(): boolean {
  const { status } = spawnSync(startedAs(theProgram()), ['--version'], { stdio: 'ignore' });
  if (status !== 0 && process.env['CI'] !== undefined) throw new Error('chromium is not installed: see programs.mjs');
  return status === 0;
}
