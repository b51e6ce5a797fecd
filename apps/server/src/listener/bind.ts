import type { FastifyInstance } from 'fastify';
import { ServerError } from '../error.js';

export interface BindOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** Go on with the ports above where one is taken. */
  nextFreePort: boolean;
}

/** How many ports above the wished one are tried. */
const tries = 100;

/**
 * Starts to listen.
 *
 * @returns the port.
 * @throws ServerError `port_in_use` or `cannot_listen`.
 */
export async function bind(app: FastifyInstance, options: BindOptions): Promise<number> {
  const { port, nextFreePort } = options;
  // Two sockets stand behind the name "localhost", and limits would hold for only one of them.
  const host = options.host === 'localhost' ? '127.0.0.1' : options.host;
  const last = nextFreePort && port !== 0 ? Math.min(port + tries, 65_535) : port;
  for (let candidate = port; ; candidate++) {
    try {
      await app.listen({ host, port: candidate });
      return portOf(app);
    } catch (error) {
      if (codeOf(error) === 'EADDRINUSE' && candidate < last) continue;
      throw bindError(host, port, last, error);
    }
  }
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the listener has no port');
  return address.port;
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

function bindError(host: string, first: number, last: number, cause: unknown): ServerError {
  const where = `${host}, port ${first}${last === first ? '' : ` to ${last}`}`;
  if (codeOf(cause) === 'EADDRINUSE') {
    return new ServerError(`cannot listen on ${where}: another program already does`, {
      code: 'port_in_use',
      hint: 'stop that program, choose another port with --port, or let the server look with --next-free-port',
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ServerError(`cannot listen on ${where}: ${reason}`, {
    code: 'cannot_listen',
    hint: 'choose an address of this machine with --host, and a port from 1024 on with --port',
    cause,
  });
}
