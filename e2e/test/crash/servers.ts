import { join } from 'node:path';
import { makeTokens } from '../../../tools/testenv/cc-tokens.js';
import { aCluster } from '../harness/a-cluster.js';
import { runAppWell, startApp } from '../harness/apps.js';
import type { Running } from '../harness/running.js';
import { cluster, metric, timestep } from './tracked-job.js';

/** Where the servers keep what they are told. */
export interface Place {
  /** How many servers run on it at once. */
  servers: number;
  folder: string;
  /** Settings of a server that name the database, where it is not a file in the data directory. */
  env(server: number): Readonly<Record<string, string>>;
  /** Resolves when nothing works for a killed server any more. */
  settled(server: number): Promise<void>;
}

/** An answer; undefined where the server was killed before it came. */
export type Answer = { status: number; text: string } | undefined;

/** One server process after the other on the same data. */
export class Server {
  readonly #place: Place;
  readonly #index: number;
  readonly #dataDir: string;
  readonly #tokens: ReturnType<typeof makeTokens>;
  #running: Running | undefined;
  #url = '';
  #isKilled = true;

  constructor(place: Place, index: number, tokens: ReturnType<typeof makeTokens>) {
    this.#place = place;
    this.#index = index;
    this.#dataDir = join(place.folder, `server${index}`);
    this.#tokens = tokens;
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  async start(): Promise<void> {
    await this.#place.settled(this.#index);
    // Archiving is at work while the server is killed.
    const flags = ['--data-dir', this.#dataDir, '--port', '0', '--log-level', 'error', '--archive-delay', '50ms'];
    this.#running = startApp('server', ['serve', ...flags], { env: this.#env });
    const [, url = ''] = await this.#running.printed(/listening on (http:\S+)/);
    this.#url = url;
    this.#isKilled = false;
  }

  /** @throws Error where the server had reported a failure before. */
  async kill(): Promise<void> {
    this.#isKilled = true;
    const exit = await this.#running?.stop('SIGKILL');
    if (exit !== undefined && exit.stderr !== '') throw new Error(`the server reported:\n${exit.stderr}`);
  }

  /** `moorline-server check`. @throws Error where it finds a fault. */
  async check(): Promise<void> {
    await runAppWell('server', ['check', '--data-dir', this.#dataDir], { env: this.#env });
  }

  /** @throws Error where a server that runs does not answer. */
  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#tokens.token('B')}` },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      // The status alone is an answer.
      const text = await response.text().catch(() => '');
      return { status: response.status, text };
    } catch (error) {
      if (this.#isKilled) return undefined;
      throw error;
    }
  }

  async describeCluster(): Promise<void> {
    const answer = await this.ask('PUT', `/moorline/v1/clusters/${cluster}`, aCluster(cluster, metric, timestep));
    if (answer?.status !== 204) throw new Error(`the cluster was not taken: ${answer?.text}`);
  }

  get #env(): Record<string, string> {
    const { privateKey, publicKey } = this.#tokens.keys;
    return { ...this.#place.env(this.#index), JWT_PRIVATE_KEY: privateKey, JWT_PUBLIC_KEY: publicKey };
  }
}

/** Starts the servers of a place, which take each other's tokens. */
export async function startServers(place: Place): Promise<Server[]> {
  const tokens = makeTokens(Date.now());
  const servers = Array.from({ length: place.servers }, (_, index) => new Server(place, index, tokens));
  await Promise.all(servers.map((server) => server.start()));
  await servers[0]?.describeCluster();
  return servers;
}
