import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEngine, type Engine, rankedErrors } from '@moorline/apicaller/engine';
import {
  type ControllerServer,
  createControllerServer,
  createMemoryEntityStore,
  facade,
  watchedValue,
  watcherFacade,
} from '@moorline/apicaller/server';
import { silentLogger, systemClock } from '@moorline/core';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openRemoteSettings } from '../src/controller/remote-settings.js';
import { createMoorlineApi } from '../src/moorline-api.js';
import { agentConfigManifold } from '../src/workers/agent-config.js';
import { apiCallerManifold } from '../src/workers/api-caller.js';
import { sessionKey } from '../src/workers/identity.js';
import { remoteConfigManifold } from '../src/workers/remote-config.js';
import { settingsManifold } from '../src/workers/settings.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { offering, session } from './support/worker-inputs.js';

const modelUUID = '6b1c2f0e-2a4b-4a3e-9d53-0d1f5c1b7a11';
const controllerUUID = '7b9f27ca-2bb9-4c0f-8c3c-3f0b7b0c8d11';
const tag = 'machine-7';
const nonce = 'nonce-7';

/** A control plane that gives one identity, again for the same claim until its password was replaced. */
class Plane {
  readonly entities = createMemoryEntityStore();
  readonly config = watchedValue<object>({});
  /** How often it was asked for the identity. */
  asked = 0;
  /** Answers that get lost on their way. */
  losses = 0;
  offersIdentities = true;
  life: 'alive' | 'dead' = 'alive';
  #claim: string | undefined;
  #first = '';
  #http: Server | undefined;
  #controller: ControllerServer | undefined;
  port = 0;

  async start(): Promise<void> {
    const { config } = this;
    const moorline = facade({
      name: 'Moorline',
      versions: [1],
      methods: {
        Config: () => ({ config: config.value }),
        WatchConfig: (_, { client }) => ({ NotifyWatcherId: client.watchers.add(config.watch()) }),
      },
    });
    const controller = createControllerServer({
      controllerUuid: controllerUUID,
      findModel: () => ({}),
      entities: this.entities,
      facades: [moorline, watcherFacade()],
    });
    const http = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += String(chunk)));
      request.on('end', () => {
        const { status, body } = this.#identity((JSON.parse(text) as { claim: string }).claim);
        if (this.losses > 0) {
          this.losses--;
          request.socket.destroy();
        } else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    http.on('upgrade', controller.handleUpgrade);
    http.listen(this.port, '127.0.0.1');
    await once(http, 'listening');
    this.port = (http.address() as AddressInfo).port;
    [this.#http, this.#controller] = [http, controller];
  }

  #identity(claim: string): { status: number; body: object } {
    this.asked++;
    if (!this.offersIdentities) return { status: 404, body: { code: 'not_found', message: 'no such route' } };
    const isFirst = this.#claim === undefined || this.isFirstPassword();
    if (!isFirst || (this.#claim ?? claim) !== claim)
      return { status: 409, body: { code: 'identity_taken', message: 'the machine has its identity already' } };
    this.#claim = claim;
    this.#first = `first password number ${this.asked}, long enough`;
    this.entities.add({ tag, nonce, life: this.life, password: this.#first }, modelUUID);
    const addresses = [`127.0.0.1:${this.port}`];
    return { status: 200, body: { tag, nonce, modelUUID, controllerUUID, password: this.#first, addresses } };
  }

  isFirstPassword = (): boolean => this.entities.isPassword(tag, this.#first, modelUUID) === true;

  async stop(): Promise<void> {
    await this.#controller?.close();
    this.#http?.closeAllConnections();
    this.#http?.close();
  }
}

describe('the connection to the controller', () => {
  let plane: Plane;
  let dataDir: string;
  beforeEach(async () => {
    plane = new Plane();
    dataDir = temporaryFolder();
    await plane.start();
    onTestFinished(() => plane.stop());
  });

  function run(): { engine: Engine; remote: ReturnType<typeof openRemoteSettings> } {
    const baseUrl = `http://127.0.0.1:${plane.port}`;
    const remote = openRemoteSettings(dataDir);
    const engine = createEngine({ ...rankedErrors(() => 0), errorDelayMs: 20, backoffFactor: 0 });
    engine.installAll({
      identity: offering(sessionKey, { ...session, baseUrl, api: createMoorlineApi({ baseUrl }) }),
      settings: settingsManifold({ interval: 10_000, nats: [] }, remote),
      'agent-config': agentConfigManifold({ dataDir }, silentLogger),
      'api-caller': apiCallerManifold(silentLogger),
      'remote-config': remoteConfigManifold(remote, silentLogger),
    });
    onTestFinished(() => engine.stop());
    return { engine, remote };
  }
  const reportOf = (engine: Engine, name: string) => engine.status().manifolds[name]?.report;
  const isConnected = (engine: Engine) =>
    expect.poll(() => reportOf(engine, 'api-caller'), { timeout: 10_000 }).toMatchObject({ connection: 'connected' });

  it('replaces the first password, outlives a lost answer and a restart, and takes settings within a second', async () => {
    plane.losses = 1;
    const { engine, remote } = run();
    await isConnected(engine);
    expect([plane.asked, plane.isFirstPassword()]).toEqual([2, false]);
    await expect.poll(() => plane.config.watchers).toBe(1);

    const changed = new Promise<void>((resolve) => remote.onChange(resolve));
    const began = systemClock.monotonic();
    plane.config.set({ 'interval-ms': 30_000 });
    await changed;
    await expect.poll(() => reportOf(engine, 'settings'), { interval: 5 }).toMatchObject({ intervalSeconds: 30 });
    expect(systemClock.monotonic() - began).toBeLessThan(1000);

    await plane.stop();
    await plane.start();
    await expect.poll(() => plane.config.watchers, { timeout: 10_000 }).toBe(1);
    await engine.stop();

    // The next agent has identity and settings from its disk.
    const next = run();
    await isConnected(next.engine);
    expect(reportOf(next.engine, 'settings')).toMatchObject({ intervalSeconds: 30 });
    expect(plane.asked).toBe(2);
  });

  it('rests where the controller does not want the machine, and nothing else stops', async () => {
    plane.life = 'dead';
    const { engine } = run();
    await expect.poll(() => reportOf(engine, 'api-caller')).toMatchObject({ connection: 'refused' });
    await engine.settled({ timeoutMs: 5000 });
    const { manifolds } = engine.status();
    expect(manifolds['settings']?.state).toBe('started');
    expect(manifolds['remote-config']?.state).toBe('stopped');
  });

  it('waits quietly where the control plane has no identities', async () => {
    plane.offersIdentities = false;
    const { engine } = run();
    await expect.poll(() => reportOf(engine, 'agent-config')).toMatchObject({ problem: expect.any(String) as string });
    await engine.settled({ timeoutMs: 5000 });
    expect(plane.asked).toBe(1);
    expect(engine.status().manifolds['api-caller']?.state).toBe('stopped');
  });
});
