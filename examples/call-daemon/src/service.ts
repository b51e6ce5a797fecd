import { createServer, type Server } from 'node:http';
import { isMoorlineError } from '@moorline/core';
import { isApplicationError } from '@moorline/rpc-versioned';
import { createDaemonListener, DaemonRegistry } from '@moorline/rpc-versioned/transports';

export interface ServiceOptions {
  /** Whose daemon has which token: tenants by token. */
  tenants: ReadonlyMap<string, string>;
  print: (line: string) => void;
}

/** A service that daemons dial; it listens, and calls them when somebody asks it over HTTP. */
export interface Service {
  /** Not listening yet. */
  server: Server;
  /** Hangs up on all daemons, and takes no more requests. */
  close(): void;
}

export function createService({ tenants, print }: ServiceOptions): Service {
  const registry = new DaemonRegistry({
    onConnect: ({ tenant, version }) => print(`${tenant} is here and speaks v${version}`),
    onDisconnect: ({ tenant }, reason) => print(`${tenant} is gone: ${reason?.message ?? 'closed'}`),
  });
  const daemons = createDaemonListener({ registry, authenticate: ({ token = '' }) => tenants.get(token) });

  /** `/TENANT/version` or `/TENANT/jobs/ID`; undefined is for nothing of the kind. */
  const ask = async (path: string): Promise<unknown> => {
    const [tenant = '', method = '', id] = path
      .split('/')
      .slice(1)
      .map((part) => decodeURIComponent(part));
    const options = { timeoutMs: 10_000 };
    if (method === 'version') return registry.call(tenant, (daemon) => daemon.version(options));
    if (method === 'jobs' && id !== undefined) return registry.call(tenant, (daemon) => daemon.jobStatus(id, options));
    return undefined;
  };

  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    ask(request.url ?? '/').then(
      (result) => (result === undefined ? answer(404, { error: 'no such path' }) : answer(200, { result })),
      (error: unknown) => answer(...describeFailure(error)),
    );
  });
  server.on('upgrade', (request, socket, head) => {
    if (!daemons.acceptDaemon(request, socket, head)) socket.destroy();
  });
  return {
    server,
    close() {
      registry.close();
      server.close();
    },
  };
}

/** What the caller is told, by whose fault it is. */
function describeFailure(error: unknown): [status: number, body: object] {
  if (error instanceof URIError) return [400, { error: 'the path cannot be read' }];
  if (!isMoorlineError(error)) return [500, { error: String(error) }];
  const body = { code: error.code, error: error.message };
  if (error.code === 'unavailable') return [503, body]; // its daemon has not dialled in
  if (error.code === 'timeout') return [504, body]; // it is there, and did not answer
  // The daemon understood, and says what is wrong and what to do about it.
  if (isApplicationError(error)) return [422, { ...body, help: error.application.help }];
  return [502, body];
}
