import { createControlClient } from '@moorline/control-api';
import { createAuthenticate, createControlServer, createLiveFeed } from '@moorline/control-api/server';
import { createMemoryBackend } from '@moorline/control-api/testing';

const live = createLiveFeed();
const handle = createControlServer({
  backend: createMemoryBackend({ publish: (change) => live.publish(change) }), // yours: a ControlBackend
  authenticate: createAuthenticate({
    verifyToken: async (token) =>
      token === 'secret'
        ? { ok: true, principal: { subject: 'ada', roles: new Set(['admin']) } }
        : { ok: false, error: 'there is no such token' },
  }),
  issuer: { issue: async () => 'a signed token' },
  describing: {
    parseCluster: () => {
      throw new RangeError('clusters are not described here');
    },
    isNodeName: (text) => /^\w+$/.test(text),
    isRefusal: (error) => error instanceof RangeError,
  },
  live,
  serverVersion: '1.0.0',
});

// Deno, Bun and workers take such a function as it is; Node's frameworks have adapters for it.
const fetch: typeof globalThis.fetch = (input, init) =>
  handle(new Request(input, init), { remoteAddress: '127.0.0.1' });
console.log((await fetch('http://localhost/moorline/v1/me')).status);
const control = createControlClient({ baseUrl: 'http://localhost', token: 'secret', fetch });
console.log((await control.getMe()).username);
live.close();
