import { jujuCodeOf } from '@moorline/apicaller';
import { createControllerServer, createMemoryEntityStore } from '@moorline/apicaller/server';
import { connectInMemory, createScriptedController, fails } from '@moorline/apicaller/testing';
import { equal, failureOf } from './check.js';

/** Logs an agent in to a controller of this package, and to one that answers what a test tells it. */
export async function run(): Promise<void> {
  const modelUuid = '9f5b1c2e-0000-4000-8000-00000000000a';
  const entities = createMemoryEntityStore();
  const agent = { tag: 'unit-mysql-0', password: 'a-password-of-24-letters' };
  entities.add(agent, modelUuid);
  const controllerUuid = '9f5b1c2e-0000-4000-8000-0000000000c0';
  const controller = createControllerServer({ controllerUuid, findModel: () => ({}), entities });
  const modelTag = `model-${modelUuid}`;

  const connection = await connectInMemory(controller, { ...agent, modelTag });
  equal(connection.bestFacadeVersion('Pinger'), 1);
  await connection.close();
  const refused = await failureOf(connectInMemory(controller, { ...agent, password: 'wrong', modelTag }));
  equal(jujuCodeOf(refused), 'unauthorized access');
  await controller.close();

  const scripted = createScriptedController({
    answers: { Agent: { GetEntities: [fails('try again', 'try again'), { entities: [{ life: 'alive' }] }] } },
  });
  const told = await scripted.connect({ tag: 'machine-0', password: 'any' });
  const ask = () => told.apiCall('Agent', 3, '', 'GetEntities', { entities: [{ tag: 'machine-0' }] });
  equal(jujuCodeOf(await failureOf(ask())), 'try again');
  equal(await ask(), { entities: [{ life: 'alive' }] });
  await told.close();
}
