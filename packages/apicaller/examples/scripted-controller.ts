import { type ApiCaller, jujuCodeOf } from '@moorline/apicaller';
import { closes, createScriptedController, fails } from '@moorline/apicaller/testing';

/** What is under test: asks until it is answered. */
async function life(connection: ApiCaller, tag: string): Promise<string> {
  for (;;) {
    try {
      const answer = await connection.apiCall('Agent', 3, '', 'GetEntities', { entities: [{ tag }] });
      return (answer as { entities: { life: string }[] }).entities[0]?.life ?? 'unknown';
    } catch (error) {
      if (jujuCodeOf(error) !== 'try again') throw error;
    }
  }
}

const controller = createScriptedController({
  answers: {
    Agent: { GetEntities: [fails('try again', 'try again'), { entities: [{ life: 'alive' }] }] },
  },
});
const connection = await controller.connect({ tag: 'machine-0', password: 'any' });
console.log('life:', await life(connection, 'machine-0'));
console.log('calls:', controller.calls.map(({ method }) => method).join(', '));

// And when the controller goes away in the middle of a call?
controller.answer('Agent', 'GetEntities', closes(1011, 'out of memory'));
await life(connection, 'machine-0').catch((error: Error) => console.log('failed:', error.message));
