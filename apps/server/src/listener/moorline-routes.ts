import type { Principal } from '@moorline/cc-api/server';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { createClusterHandlers } from '../moorline-api/clusters.js';
import { MoorlineApiError } from '../moorline-api/error.js';
import type { createIdentityHandler } from '../moorline-api/identity.js';
import type { createMachineTokenHandler } from '../moorline-api/machine-token.js';
import { bearerToken } from './bearer.js';

export interface MoorlineApi {
  exchangeToken: ReturnType<typeof createMachineTokenHandler>;
  giveIdentity: ReturnType<typeof createIdentityHandler>;
  clusters: ReturnType<typeof createClusterHandlers>;
  /** Of `@moorline/cc-api/server`. */
  verifyToken(token: string): Promise<{ ok: true; principal: Principal } | { ok: false; error: string }>;
}

/** `/moorline/v1`: what this control plane speaks beside the protocols of others. */
export function addMoorlineRoutes(app: FastifyInstance, api: MoorlineApi): void {
  app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    // JSON, whatever the client calls it.
    routes.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    routes.post('/moorline/v1/token', { bodyLimit: tokenBodyLimit }, async (request) =>
      api.exchangeToken({ sessionToken: bearerToken(request.headers.authorization), body: jsonBody(request) }),
    );

    routes.post('/moorline/v1/identity', { bodyLimit: tokenBodyLimit }, async (request) =>
      api.giveIdentity({
        sessionToken: bearerToken(request.headers.authorization),
        address: addressOf(request),
        body: jsonBody(request),
      }),
    );

    // Strangers do not get to send whole descriptions.
    const onRequest = async (request: FastifyRequest): Promise<void> => void (await authenticate(api, request));

    routes.put<{ Params: { cluster: string } }>(
      '/moorline/v1/clusters/:cluster',
      { onRequest },
      async (request, reply) => {
        const principal = await authenticate(api, request);
        await api.clusters.putCluster({ principal, cluster: request.params.cluster, body: jsonBody(request) });
        return reply.code(204).send();
      },
    );

    routes.put<{ Params: { cluster: string; host: string } }>(
      '/moorline/v1/clusters/:cluster/hosts/:host',
      { onRequest },
      async (request, reply) => {
        const { cluster, host } = request.params;
        const principal = await authenticate(api, request);
        await api.clusters.putHost({ principal, cluster, host, body: jsonBody(request) });
        return reply.code(204).send();
      },
    );
  });
}

/** Bytes: a machine id in braces. */
const tokenBodyLimit = 4096;

/** `host:port` as the client has it, which may reach this server through others. */
function addressOf({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string {
  return /:\d+$/.test(host) ? host : `${host}:${protocol === 'https' ? 443 : 80}`;
}

/** A token whose role is `api`, alone or beside `admin`, as for the job API. */
async function authenticate(api: MoorlineApi, request: Pick<FastifyRequest, 'headers'>): Promise<Principal> {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) throw unauthorized('the request carries no token');
  const verdict = await api.verifyToken(token);
  if (!verdict.ok) throw unauthorized(verdict.error);
  const { roles } = verdict.principal;
  if (!roles.has('api') || (roles.size > 1 && !roles.has('admin'))) {
    throw unauthorized('the token does not have the role "api"');
  }
  return verdict.principal;
}

function jsonBody({ body }: { body: unknown }): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch (error) {
    throw new MoorlineApiError('the body is not JSON', { code: 'bad_body', hint: 'send a JSON object', cause: error });
  }
}

const unauthorized = (message: string): MoorlineApiError =>
  new MoorlineApiError(message, {
    code: 'unauthorized',
    hint: 'send "Authorization: Bearer …" with a token of POST /moorline/v1/token or of moorline-server jwt create',
  });
