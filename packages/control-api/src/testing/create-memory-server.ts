import { type Clock, systemClock } from '@moorline/core';
import { type Authenticate, createAuthenticate, type Peer, type Verdict } from '../server/authentication.js';
import type { ControlBackend } from '../server/backend.js';
import { type ControlServerOptions, createControlServer } from '../server/create-control-server.js';
import { createLiveFeed, type LiveFeed } from '../server/live/live-feed.js';
import { createSignInLinks, type SignInLinks } from '../server/sign-in-links.js';
import { fault } from '../wire/check.js';
import type { Cluster, ReportScope } from '../wire/models.js';
import { createMemoryBackend, type MemoryBackend } from './create-memory-backend.js';

/** What a memory server is made of. */
export interface MemoryServerOptions {
  /** Of {@link createMemoryBackend}. */
  seed?: number | undefined;
  clock?: Clock | undefined;
  /** Whose session {@link MemoryServer.fetch} has: a user of the backend. Default nobody's. */
  user?: string | undefined;
  /** Puts something else in the place of the backend. */
  wrap?: ((backend: MemoryBackend) => ControlBackend) | undefined;
  /** Over everything else. */
  server?: Partial<ControlServerOptions> | undefined;
}

/** The whole API in one process, without a socket. */
export interface MemoryServer {
  readonly backend: MemoryBackend;
  readonly live: LiveFeed;
  readonly links: SignInLinks;
  /** For `Request`s, as a real server mounts it. The peer is this machine unless told otherwise. */
  handle(request: Request, peer?: Peer): Promise<Response>;
  /** For clients: `createControlClient({ baseUrl: 'http://localhost', fetch: server.fetch })`. */
  readonly fetch: typeof fetch;
  /** As {@link fetch}, with the session of a user of the backend, as a browser of the server's own page has it. */
  as(user: string): typeof fetch;
  /** Ends the live channel. */
  close(): void;
}

/**
 * The real server half over a {@link createMemoryBackend}. A bearer token is the name of a user; a machine's is `machine:` and its id.
 * The cookie `session` is the name of a user.
 */
export function createMemoryServer(options: MemoryServerOptions = {}): MemoryServer {
  const { seed, clock = systemClock, user, wrap = (made) => made } = options;
  const live = createLiveFeed({ clock });
  const backend = createMemoryBackend({ seed, clock, publish: (change) => live.publish(change) });
  const links = createSignInLinks({ clock });
  const sessions = new WeakMap<Request, string>();
  const server = createControlServer({
    ...{ backend: wrap(backend), live, clock, serverVersion: '0.0.0-memory' },
    authenticate: authenticateIn(backend, sessions),
    issuer: { issue: async ({ subject }) => `machine:${subject}` },
    describing: {
      parseCluster: readCluster,
      isNodeName: (text) => /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(text),
      isRefusal: (error): error is RangeError => error instanceof RangeError,
    },
    signIn: {
      redeem: (link) => links.redeem(link),
      openSession: async (username) =>
        backend.users.has(username) ? `session=${username}; Path=/; HttpOnly; SameSite=Lax` : undefined,
    },
    ...options.server,
  });

  const here: Peer = { remoteAddress: '127.0.0.1' };
  const fetchAs =
    (name: string | undefined): typeof fetch =>
    (input, init) => {
      const request = new Request(input, init);
      if (name !== undefined) sessions.set(request, name);
      return server(request, here);
    };
  return {
    ...{ backend, live, links },
    handle: (request, peer = here) => server(request, peer),
    fetch: fetchAs(user),
    as: fetchAs,
    close: () => live.close(),
  };
}

/** @param sessions who a request comes from: browsers let nobody set their own cookies. */
function authenticateIn(backend: MemoryBackend, sessions: WeakMap<Request, string>): Authenticate {
  const find = async (name: string): Promise<Verdict> => {
    if (name.startsWith('machine:')) return ofMachine(backend, name.slice('machine:'.length));
    const user = backend.users.get(name);
    if (user === undefined) return { ok: false, error: 'there is no such user' };
    return { ok: true, principal: { subject: name, roles: new Set(user.roles), projects: user.projects } };
  };
  const authenticate = createAuthenticate({ verifyToken: find, readSession: find });
  return async (request, peer) => {
    const name = request.headers.has('authorization') ? undefined : sessions.get(request);
    const verdict = name === undefined ? await authenticate(request, peer) : await find(name);
    return verdict.ok ? { by: 'session', ...verdict } : verdict;
  };
}

function ofMachine(backend: MemoryBackend, id: string): Verdict {
  const machine = backend.machines.get(id)?.machine;
  if (machine === undefined) return { ok: false, error: 'there is no such machine' };
  const { group, host } = machine;
  const scope: ReportScope[] = host === 'head' ? [{ cluster: group }] : [{ cluster: group, hosts: [host] }];
  return { ok: true, principal: { subject: id, roles: new Set(['api']), scope } };
}

/** As far as the document goes; the real rules are those of ClusterCockpit. */
function readCluster(body: unknown): Cluster {
  const found = fault(body, { ref: 'Cluster' }, { isStrict: true });
  if (found !== undefined) throw new RangeError(found);
  // The type was made from the schema.
  return body as Cluster;
}
