import { backoffDelay } from '@moorline/core';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { AppError } from '../error.js';
import { readNatsAccess } from './access.js';
import type { NatsSettings } from './settings.js';

/**
 * Connects to one of the servers. Once there, the connection is made again for ever, after half a second and then ever
 * later, up to 15 s; it ends by itself only where the servers do not take the credentials any more.
 *
 * @param name what the servers show for this connection.
 * @throws AppError as {@link readNatsAccess}; `nats_untrusted`; the client's own error where no server answers within 5 s each, or where they do not
 * take the credentials.
 */
export async function dialNats(settings: NatsSettings, name: string): Promise<NatsConnection> {
  let attempts = 0;
  const connection = await connectTo(settings, {
    servers: settings.nats,
    name,
    ...(await readNatsAccess(settings)),
    timeout: 5000,
    // Two without an answer end a connection whose other end is gone without a word.
    pingInterval: 20_000,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => backoffDelay(Math.max(1, attempts), { minDelayMs: 500, maxDelayMs: 15_000 }),
  });
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type === 'reconnecting') attempts++;
      else if (type === 'reconnect') attempts = 0;
    }
  })();
  return connection;
}

async function connectTo({ nats, natsCaFile }: NatsSettings, options: ConnectionOptions): Promise<NatsConnection> {
  // Loaded by those who use it: most commands do not.
  const { connect } = await import('@nats-io/transport-node');
  try {
    return await connect(options);
  } catch (cause) {
    if (!isDistrust(cause)) throw cause;
    throw new AppError(`connecting to ${nats.join(', ')}: ${cause.message}`, {
      code: 'nats_untrusted',
      hint:
        natsCaFile === undefined
          ? "name a file with the certificates that sign the servers': --nats-ca-file"
          : `does ${natsCaFile} (--nats-ca-file) hold the certificates that sign the servers', and do these have the names in --nats?`,
      cause,
    });
  }
}

/** What the TLS of Node says of a certificate that it does not take. */
const isDistrust = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  /^(?:ERR_TLS_CERT_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH$|INVALID_CA$)/.test(
    String(error.code),
  );
