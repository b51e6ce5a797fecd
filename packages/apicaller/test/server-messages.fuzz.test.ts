import { createMessagePair } from '@moorline/apicaller/testing';
import { createControllerServer, facade } from '@moorline/apicaller/server';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuzzInputs } from '../../../tools/testenv/scale.js';
import { controllerUuid, loginParams, passwords, testEntities } from './support/controller.js';
import { modelUuid } from './support/logged-in.js';

const login = { type: 'Admin', version: 3, request: 'Login', params: loginParams('user-admin', passwords.admin) };

const someName = fc.constantFrom(
  'Admin',
  'Agent',
  'Pinger',
  'X',
  '',
  'Login',
  'Ping',
  'GetEntities',
  'Echo',
  '__proto__',
);
const someJson = fc.json({ maxDepth: 3 }).map((text): unknown => JSON.parse(text));
const someMember = fc.oneof(someName, someJson, fc.integer(), fc.constantFrom(2 ** 53, -1, 1.5, null));
const someKey = fc.constantFrom(
  ...[
    'request-id',
    'RequestId',
    'type',
    'Type',
    'version',
    'id',
    'request',
    'params',
    'response',
    'error',
    'error-info',
  ],
);
const someMessage = fc.oneof(
  fc.constant(JSON.stringify({ 'request-id': 7, ...login })),
  fc.dictionary(someKey, someMember).map((message) => JSON.stringify(message)),
  fc
    .record({
      'request-id': fc.nat(),
      type: someName,
      version: fc.constantFrom(0, 1, 3),
      request: someName,
      params: someMember,
    })
    .map((message) => JSON.stringify(message)),
  fc.string(),
);
/** A message, perhaps with characters changed or cut off. */
const mutated = fc
  .tuple(someMessage, fc.option(fc.tuple(fc.nat(), fc.string({ maxLength: 3 }))))
  .map(([text, change]) => {
    if (change === null) return text;
    const at = change[0] % (text.length + 1);
    return text.slice(0, at) + change[1] + text.slice(at + 1);
  });

it('answers any messages with messages, or ends the connection', async () => {
  const server = createControllerServer({
    controllerUuid,
    findModel: () => ({}),
    entities: testEntities(),
    facades: [facade({ name: 'X', versions: [1], methods: { Echo: (params) => params } })],
    loginTimeoutMs: 0,
  });
  const property = fc.asyncProperty(fc.array(mutated, { maxLength: 8 }), fc.boolean(), async (texts, isLoggedIn) => {
    const [here, there] = createMessagePair();
    const answers: string[] = [];
    let hasEnded = false;
    here.open({ message: (text) => answers.push(text), end: () => (hasEnded = true) });
    const client = await server.serve(there, { modelUuid });
    if (isLoggedIn) here.send(JSON.stringify({ 'request-id': 1, ...login }));
    for (const text of texts) here.send(text);
    here.send('{"request-id":424242,"type":"Nope","request":"X"}');
    await expect.poll(() => hasEnded || answers.some((text) => text.includes('424242')), { interval: 1 }).toBe(true);
    for (const answer of answers) {
      const parsed = JSON.parse(answer) as Record<string, unknown>;
      expect(parsed).toSatisfy((value: object) => 'response' in value || 'Response' in value);
      expect(answer.endsWith('}\n')).toBe(true);
    }
    await client.close();
    expect(client.inFlight).toBe(0);
  });
  await fc.assert(property, { numRuns: fuzzInputs(300) });
  expect([...server.clients]).toEqual([]);
  expect(({} as Record<string, unknown>)['type']).toBeUndefined();
});
