import type { ApiInfo } from '../client/api-info.js';
import type { OpenOptions } from '../client/api-open.js';
import type { Connection } from '../client/connection.js';
import { hasCode } from '../has-code.js';
import { attempts } from './provision-wait.js';
import type { ConnectOptions, OpenFunc } from './connect-func.js';

/** A connection, and with which password it came about. */
export interface Opened {
  connection: Connection;
  /** Whether it was the password to fall back on. */
  fallbackUsed: boolean;
}

/**
 * Opens a connection: with the info's password, where it has one; with the other one where that is refused; and, where
 * the controller does not know the machine yet, again until it does (docs/protocol.md §3.3). The info is not changed.
 *
 * @throws what the last attempt failed with.
 */
export async function connectFallback(
  open: OpenFunc,
  info: ApiInfo,
  fallbackPassword: string,
  options: ConnectOptions,
): Promise<Opened> {
  const dialling: OpenOptions = { ...agentDialOptions, ...options.dial, signal: options.signal };
  let fallbackUsed = (info.password ?? '') === '';
  let outcome: Outcome = fallbackUsed ? { error: undefined } : await attempt(open, info, dialling);
  if ('error' in outcome && hasCode(outcome.error, 'unauthorized_access', 'bad_credentials')) fallbackUsed = true;
  const used = fallbackUsed ? { ...info, password: fallbackPassword } : info;
  if (fallbackUsed) outcome = await attempt(open, used, dialling);
  if ('error' in outcome && hasCode(outcome.error, 'not_provisioned')) {
    for await (const _ of attempts(options.provisionWait ?? {}, options)) {
      outcome = await attempt(open, used, dialling);
      if (!('error' in outcome && hasCode(outcome.error, 'not_provisioned'))) break;
    }
  }
  if ('error' in outcome) throw outcome.error;
  return { connection: outcome.connection, fallbackUsed };
}

type Outcome = { connection: Connection } | { error: unknown };

/** As agents dial since Juju 2.3: no repetitions, the engine does those. */
const agentDialOptions: OpenOptions = {
  dialTimeoutMs: 3000,
  dialAddressIntervalMs: 200,
  timeoutMs: 60_000,
  retryDelayMs: 0,
};

async function attempt(open: OpenFunc, info: ApiInfo, options: OpenOptions): Promise<Outcome> {
  try {
    return { connection: await open(info, options) };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { error };
  }
}
