import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecordingLogger, type RecordingLogger } from '@moorline/core/testing';
import { z } from 'zod';
import { askServer } from '../src/control/ask-server.js';
import { readSettings } from '../src/settings.js';
import { startServer } from '../src/wiring.js';

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'moorline-server-'));
}

export interface TestServer extends AsyncDisposable {
  url: string;
  dataDir: string;
  logger: RecordingLogger;
}

/** A whole server in this process, on a port that the system chooses, with a real store file. */
export async function startTestServer(
  flags: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<TestServer> {
  const dataDir = flags['dataDir'] ?? temporaryDirectory();
  const logger = createRecordingLogger();
  const settings = readSettings({ port: '0', ...flags, dataDir }, {});
  const forget = (): void => {
    if (flags['dataDir'] === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  const server = await startServer(settings, { env, logger, version: '0.0.0-test' }).catch((error: unknown) => {
    forget();
    throw error;
  });
  return {
    url: server.url,
    dataDir,
    logger,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      forget();
    },
  };
}

export async function registrationToken(
  server: { dataDir: string },
  clusters: string[] = [],
  uses = 1,
): Promise<string> {
  const input = { group: 'lab', expiresInMs: 60_000, uses, clusters };
  return (await askServer(server.dataDir, 'token-create', input)).token;
}

export async function apiToken(server: { dataDir: string }, roles: ('api' | 'admin')[] = ['api']): Promise<string> {
  return (await askServer(server.dataDir, 'jwt-create', { user: 'tester', roles, expiresInMs: aDay })).token;
}

/** Milliseconds; a benchmark may take more than an hour. */
const aDay = 86_400_000;

/** The body as what it should be. */
export async function read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(await response.json());
}

export const jobList = z.object({ jobs: z.array(z.looseObject({ id: z.number(), jobId: z.number() })) });

const identity = z.object({ machineID: z.string(), token: z.string() });
const machineToken = z.object({
  token: z.string(),
  expiresAt: z.number(),
  machineNumber: z.number(),
  cluster: z.string(),
  host: z.string(),
  scope: z.array(z.object({ cluster: z.string(), hosts: z.array(z.string()).optional() })),
});

/** What an agent posts to log in. */
export const loginBody = (token: string, hostname: string, machineID = '') => ({
  token,
  machineID,
  network: {},
  provider: 'unknown',
  providerInstanceID: '',
  machineInfo: {
    hostname,
    uptime: '2026-01-01T00:00:00Z',
    cpuInfo: {},
    memoryInfo: { totalBytes: 1 },
    gpuInfo: {},
    nicInfo: {},
  },
});

/** What an agent does first: log in, then exchange the session token. */
export async function enrol(server: { url: string; dataDir: string }, hostname: string, clusters: string[] = []) {
  const token = await registrationToken(server, clusters);
  const login = await post(`${server.url}/api/v1/login`, loginBody(token, hostname));
  const { machineID, token: sessionToken } = await read(login, identity);
  const exchanged = await post(`${server.url}/moorline/v1/token`, { machineID }, sessionToken);
  return { machineID, sessionToken, ...(await read(exchanged, machineToken)) };
}

export const post = (url: string, body: unknown, token?: string): Promise<Response> => send('POST', url, body, token);
export const put = (url: string, body: unknown, token?: string): Promise<Response> => send('PUT', url, body, token);

export function get(url: string, token?: string): Promise<Response> {
  return fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
}

function send(method: string, url: string, body: unknown, token?: string): Promise<Response> {
  return fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
