import { join } from 'node:path';
import { type launchApp, runAppWell, startApp } from './apps.js';
import type { Running } from './running.js';

/** A control plane of built apps in a folder of its own. */
export interface Plane {
  url: string;
  server: Running;
  serverDir: string;
  /** Ends the server by SIGKILL and starts it again on the same port. */
  killServer(): Promise<void>;
  restartServer(): Promise<void>;
  /** A JSON Web Token of a user. */
  token(...roles: string[]): Promise<string>;
  /** A registration token. */
  registration(...options: string[]): Promise<string>;
  /** GET with an `api` token: the parsed answer. */
  get(path: string): Promise<unknown>;
}

/** Starts the built server on a free port, for one test. @param options more of `moorline-server serve`. */
export const startPlane = (folder: string, ...options: string[]): Promise<Plane> =>
  openPlane(folder, startApp, options);

/** Starts the built server on a free port. @param launch startApp for one test, launchApp for a server that the caller ends. */
export async function openPlane(folder: string, launch: typeof launchApp, options: readonly string[]): Promise<Plane> {
  const serverDir = join(folder, 'server');
  const serve = async (port: string): Promise<[Running, string]> => {
    const flags = ['--data-dir', serverDir, '--port', port, '--log-level', 'warn', ...options];
    const server = launch('server', ['serve', ...flags]);
    const [, url = ''] = await server.printed(/listening on (https?:\S+)/);
    return [server, url];
  };
  const [server, url] = await serve('0');
  const ask = async (...args: string[]) =>
    (await runAppWell('server', [...args, '--data-dir', serverDir])).stdout.trim();
  let apiToken: string | undefined;
  const plane: Plane = {
    url,
    server,
    serverDir,
    async killServer() {
      await plane.server.stop('SIGKILL');
    },
    async restartServer() {
      [plane.server] = await serve(new URL(url).port);
    },
    token: (...roles) => ask('jwt', 'create', ...roles.flatMap((role) => ['--role', role])),
    registration: (...options) => ask('token', 'create', '--group', 'lab', ...options),
    async get(path) {
      apiToken ??= await plane.token('api');
      const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${apiToken}` } });
      if (response.status !== 200)
        throw new Error(`GET ${path} was answered ${response.status}: ${await response.text()}`);
      return response.json();
    },
  };
  return plane;
}

/** Enrols an agent whose data is in `dataDir`. */
export async function enrolAgent(plane: Plane, dataDir: string, ...registration: string[]): Promise<void> {
  const token = await plane.registration(...registration);
  const args = ['login', '--endpoint', plane.url, '--allow-insecure-http', '--token-file', '-', '--data-dir', dataDir];
  await runAppWell('agent', args, { input: `${token}\n` });
}

/** Starts the daemon of an enrolled agent. */
export const startAgent = (plane: Plane, dataDir: string, ...options: string[]): Running =>
  startApp('agent', ['start', '--endpoint', plane.url, '--allow-insecure-http', '--data-dir', dataDir, ...options]);
