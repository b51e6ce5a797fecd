import { createBcryptHasher } from '@moorline/cc-api/bcrypt';
import { ccFastifyPlugin } from '@moorline/cc-api/fastify';
import { createTokenIssuer, createTokenVerifier, generateSessionKey, generateTokenKeys } from '@moorline/cc-api/server';
import { createInMemoryBackend } from '@moorline/cc-api/testing';
import Fastify from 'fastify';

const keys = await generateTokenKeys();
const passwords = createBcryptHasher();
const backend = createInMemoryBackend({ clusters: [] }); // yours: a CcBackend over your storage
await backend.users.create({
  ...{ username: 'ada', name: 'Ada', email: '', roles: ['admin'], projects: [], authType: 0, authSource: 0 },
  passwordHash: await passwords.hash('correct horse'),
});

const app = Fastify();
await app.register(ccFastifyPlugin, {
  ...{ backend, verifyToken: createTokenVerifier(keys), decodeMetrics: () => ({ samples: [] }) },
  sessions: { key: generateSessionKey(), passwords, tokens: createTokenIssuer(keys), tokenLifetimeSeconds: 3600 },
});
const baseUrl = await app.listen({ port: 0, host: '127.0.0.1' });

const form = new URLSearchParams({ username: 'ada', password: 'correct horse' });
const login = await fetch(`${baseUrl}/login`, { method: 'POST', body: form, redirect: 'manual' });
const cookie = login.headers.getSetCookie().join('; ').split(';')[0] ?? '';
const roles = await fetch(`${baseUrl}/config/roles/`, { headers: { cookie } });
console.log(login.status, await roles.json());

await app.close();
