import { AgentFile, apiOpen, isErrChangedPassword, isErrConnectImpossible, scaryConnect } from '@moorline/apicaller';
import { createControllerServer, createMemoryEntityStore } from '@moorline/apicaller/server';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// A controller to connect to, with one machine in one model. A real one is elsewhere, and has a certificate.
const modelUuid = '9f5b1c2e-0000-4000-8000-00000000000a';
const entities = createMemoryEntityStore();
entities.add({ tag: 'machine-0', nonce: 'rack-7', password: 'came-with-the-machine' }, modelUuid);
const controllerUuid = '9f5b1c2e-0000-4000-8000-0000000000c0';
const controller = createControllerServer({ controllerUuid, findModel: () => ({}), entities });
const server = createServer().on('upgrade', controller.handleUpgrade).listen(0, '127.0.0.1');
await once(server, 'listening');

// The agent: what it knows is in a file, and changes there.
const agent = await AgentFile.create(await mkdtemp(join(tmpdir(), 'agents-')), {
  tag: 'machine-0',
  password: 'came-with-the-machine',
  nonce: 'rack-7',
  modelTag: `model-${modelUuid}`,
  apiAddresses: [`ws://127.0.0.1:${(server.address() as AddressInfo).port}`],
});

const connect = async () => {
  for (;;) {
    try {
      return await scaryConnect(agent, apiOpen, { dial: { allowInsecureWs: true } });
    } catch (error) {
      if (isErrConnectImpossible(error)) throw error; // the controller does not want this agent: give up
      console.log(String(error)); // anything else: again, with a delay unless the password was replaced
      if (!isErrChangedPassword(error)) await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  }
};
const connection = await connect();
console.log('connected to Juju', connection.serverVersion);

const version = connection.bestFacadeVersion('Agent');
const params = { entities: [{ tag: 'machine-0' }] };
console.log(JSON.stringify(await connection.apiCall('Agent', version, '', 'GetEntities', params)));

await connection.close();
await controller.close();
server.close();
