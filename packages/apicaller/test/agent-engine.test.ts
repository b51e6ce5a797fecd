import {
  type Agent,
  AgentFile,
  agentKey,
  apiCallerKey,
  apiCallerManifold,
  apiConfigWatcherManifold,
  createEngine,
  type Engine,
  manifold,
  scaryConnect,
  valueWorker,
  worker,
} from '@moorline/apicaller';
import { createControllerServer, createMemoryEntityStore } from '@moorline/apicaller/server';
import { sleep } from '@moorline/core';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { controllerTag, modelTag, modelUuid } from './support/logged-in.js';
import { controllerCertificate } from './support/stub-controller.js';

const first = 'provision-password-000000';

/** A controller over TLS with one machine, and an agent of that machine in an engine. */
async function stage() {
  const entities = createMemoryEntityStore();
  entities.add({ tag: 'machine-0', nonce: 'n', password: first }, modelUuid);
  const controller = createControllerServer({
    controllerUuid: controllerTag.slice('controller-'.length),
    findModel: () => ({}),
    entities,
  });
  const certificate = await controllerCertificate();
  const server = createServer(certificate).on('upgrade', controller.handleUpgrade).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dataDir = temporaryFolder();
  const agent = await AgentFile.create(dataDir, {
    ...{ tag: 'machine-0', password: first, nonce: 'n', caCert: certificate.cert, modelTag },
    apiAddresses: [`127.0.0.1:${(server.address() as AddressInfo).port}`],
  });
  const starts = new EventEmitter();
  const engine = createEngine({
    isFatal: () => false,
    worstError: (error) => error,
    errorDelayMs: 50,
    metrics: { recordStart: (name) => void starts.emit(name) },
  });
  onTestFinished(async () => {
    await engine.stop();
    await controller.close();
    server.close();
  });
  return { entities, controller, agent, engine, starts };
}

function install(engine: Engine, agent: AgentFile): void {
  engine.installAll({
    agent: manifold({
      start: () => valueWorker<Agent>(agent),
      outputs: ({ output }) => [agentKey.provide(output)],
    }),
    'api-config-watcher': apiConfigWatcherManifold({ agentName: 'agent', agentConfigChanged: agent }),
    'api-caller': apiCallerManifold({
      ...{ agentName: 'agent', apiConfigWatcherName: 'api-config-watcher', newConnection: scaryConnect },
    }),
    user: manifold({
      inputs: ['api-caller'],
      async start(context) {
        const api = context.get('api-caller', apiCallerKey);
        const version = api.bestFacadeVersion('Agent');
        await api.apiCall('Agent', version, '', 'GetEntities', { entities: [{ tag: 'machine-0' }] });
        return worker((signal) => sleep(3_600_000, { signal }));
      },
    }),
  });
}

describe('#76 an agent with nothing but the password that came with the machine', { timeout: 30_000 }, () => {
  it('replaces it, connects again at once, and has the controller’s own afterwards', async () => {
    const { engine, agent, starts, entities } = await stage();
    const used = once(starts, 'user');
    install(engine, agent);
    await used;
    const { password = '' } = agent.currentConfig().apiInfo() ?? {};
    expect(password).toHaveLength(24);
    expect(agent.currentConfig().oldPassword).toBe(first);
    expect(await entities.isPassword('machine-0', password, modelUuid)).toBe(true);
    expect(engine.report().manifolds).toMatchObject({
      'api-caller': { state: 'started', 'start-count': 1, report: { model: modelTag, controller: controllerTag } },
      user: { state: 'started' },
    });
    expect(JSON.stringify(engine.status())).not.toContain(password);
  });

  it('#83 connects again when the connection breaks, and what hangs on it starts again', async () => {
    const { engine, agent, starts, controller } = await stage();
    const used = once(starts, 'user');
    install(engine, agent);
    await used;
    const [client] = controller.clients;
    const usedAgain = once(starts, 'user');
    await client?.close();
    await usedAgain;
    expect(engine.report().manifolds['api-caller']).toMatchObject({ state: 'started', 'start-count': 2 });
  });

  it('#86 connects to the addresses that it is given later', async () => {
    const { engine, agent, starts } = await stage();
    const [address = ''] = agent.currentConfig().apiAddresses;
    const used = once(starts, 'user');
    install(engine, agent);
    await used;
    const usedAgain = once(starts, 'user');
    const port = Number(address.split(':')[1]);
    const local = { value: 'localhost', type: 'hostname', scope: 'local-cloud', port };
    await agent.changeConfig((setter) => setter.setApiHostPorts([[local]]));
    await usedAgain;
    expect(engine.report().manifolds['api-caller']).toMatchObject({ report: { addr: `wss://localhost:${port}` } });
  });
});
