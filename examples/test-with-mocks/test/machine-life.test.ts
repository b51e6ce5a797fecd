import { type Connection, jujuCodeOf } from '@moorline/apicaller';
import { type Answer, closes, createScriptedController, fails } from '@moorline/apicaller/testing';
import { afterEach, expect, it } from 'vitest';
import { machineLife } from '../src/machine-life.js';

let connection: Connection | undefined;
// A connection that has broken says so once more when it is closed.
afterEach(() => connection?.close().catch(() => undefined));

/** A controller that answers what a test tells it. Login and messages are real; there is no socket. */
async function connectTo(answer: Answer): Promise<Connection> {
  const controller = createScriptedController({ answers: { Agent: { GetEntities: answer } } });
  connection = await controller.connect({ tag: 'machine-0', password: 'any' });
  return connection;
}

it('tells the life of a machine', async () => {
  const controller = await connectTo({ entities: [{ life: 'dying' }] });
  expect(await machineLife(controller, 'machine-0')).toBe('dying');
});

it('tells that the controller does not know a machine', async () => {
  expect(await machineLife(await connectTo(fails('machine 7 not found', 'not found')), 'machine-7')).toBeUndefined();
});

it('leaves what may pass to its caller, with the code of the controller', async () => {
  const asked = machineLife(await connectTo(fails('try again', 'try again')), 'machine-0');
  await expect(asked).rejects.toSatisfy((error) => jujuCodeOf(error) === 'try again');
});

it('does not hang when the controller goes away in the middle of a call', async () => {
  const asked = machineLife(await connectTo(closes(1011, 'out of memory')), 'machine-0');
  await expect(asked).rejects.toMatchObject({ code: 'connection_broken' });
});

it('does not believe an answer that is none', async () => {
  await expect(machineLife(await connectTo({ entities: [] }), 'machine-0')).rejects.toThrow('not a life');
});
