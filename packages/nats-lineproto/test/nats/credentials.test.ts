import { inspect } from 'node:util';
import { connect, type ConnectionOptions, credsAuthenticator, nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
import * as legacy from 'nats';
import { describe, expect, it } from 'vitest';
import { hasNatsServer, startNatsServer } from '../../../../tools/testenv/nats-server.js';
import { createPublisher, toNatsError } from '../../src/nats.js';
import { makeOperator } from './jwt.js';

const secret = 'geheim-4711';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const user = nkeys.createUser();
const stranger = nkeys.createUser();
const operator = makeOperator();

interface Way {
  configuration: string;
  right: ConnectionOptions;
  wrong: ConnectionOptions;
}

const ways: Record<string, Way> = {
  'user and password': {
    configuration: `authorization { users: [{ user: a, password: right }] }`,
    right: { user: 'a', pass: 'right' },
    wrong: { user: 'a', pass: secret },
  },
  'a token': { configuration: `authorization { token: right }`, right: { token: 'right' }, wrong: { token: secret } },
  'an NKey': {
    configuration: `authorization { users: [{ nkey: ${user.getPublicKey()} }] }`,
    right: { authenticator: nkeyAuthenticator(user.getSeed()) },
    wrong: { authenticator: nkeyAuthenticator(stranger.getSeed()) },
  },
  'a credentials file': {
    configuration: operator.configuration,
    right: { authenticator: credsAuthenticator(bytes(operator.creds())) },
    wrong: { authenticator: credsAuthenticator(bytes(operator.creds(stranger))) },
  },
};

describe.skipIf(!hasNatsServer)('credentials', () => {
  it.each(Object.entries(ways))('with %s: the right ones publish, wrong ones are named as such', async (_, way) => {
    const server = await startNatsServer(way.configuration);
    try {
      const connection = await connect({ port: server.port, ...way.right });
      expect(await createPublisher({ connection, subject: 'a' }).publish(bytes('m f=1\n'))).toMatchObject({
        messages: 1,
      });
      await connection.close();
      const failure = toNatsError(
        await connect({ port: server.port, reconnect: false, ...way.wrong }).catch((error: unknown) => error),
        'connecting',
      );
      expect(failure).toMatchObject({ code: 'authorization_failed', isRetryable: false });
      expect(`${inspect(failure)} ${JSON.stringify(failure)}`).not.toContain(secret);
      expect(`${inspect(failure)}`).not.toContain(new TextDecoder().decode(stranger.getSeed()));
    } finally {
      await server.remove();
    }
  });

  it('names them so for the older client', async () => {
    const server = await startNatsServer(`authorization { token: right }`);
    try {
      const error: unknown = await legacy
        .connect({ port: server.port, token: secret })
        .catch((cause: unknown) => cause);
      expect(toNatsError(error, 'connecting')).toMatchObject({ code: 'authorization_failed' });
    } finally {
      await server.remove();
    }
  });

  it('says that nothing answers', async () => {
    const server = await startNatsServer();
    await server.remove();
    const error: unknown = await connect({ port: server.port, reconnect: false }).catch((cause: unknown) => cause);
    expect(toNatsError(error, 'connecting')).toMatchObject({ code: 'nats_failed', isRetryable: true });
  });
});
