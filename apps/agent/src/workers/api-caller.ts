import {
  agentKey,
  apiCallerKey,
  apiOpen,
  type Connection,
  isErrChangedPassword,
  isErrConnectImpossible,
  scaryConnect,
} from '@moorline/apicaller';
import { ErrBounce, manifold, type Manifold, type Output, worker } from '@moorline/apicaller/engine';
import type { Logger } from '@moorline/core';
import { aborted } from '../aborted.js';
import { waitForOffer } from './wait-for-offer.js';

/**
 * Keeps the connection to the controller's API. The first one replaces the password, and this starts once more. A controller that
 * does not want this machine, whatever it does, is left alone until the agent is started anew: samples and jobs go on.
 */
export const apiCallerManifold = (logger: Logger): Manifold =>
  manifold({
    inputs: ['agent-config'],
    async start(context) {
      const agent = context.get('agent-config', agentKey);
      try {
        // Plain connections were let through before, or refused.
        const dial = { allowInsecureWs: true, facadeVersions: { Moorline: [1], NotifyWatcher: [1] } };
        return connected(await scaryConnect(agent, apiOpen, { dial, signal: context.signal, logger }));
      } catch (error) {
        if (isErrChangedPassword(error)) throw ErrBounce;
        if (!isErrConnectImpossible(error)) throw error;
        logger.error({ error }, 'the controller does not want this machine: not connecting again until a new start');
        const hint =
          'moorline-server machines reset-identity ID, then remove juju-identity.json and start the agent anew';
        return resting({ connection: 'refused', problem: reasonOf(error), hint });
      }
    },
    outputs: ({ output }) => output,
    filter: waitForOffer,
  });

function connected(connection: Connection) {
  const run = async (signal: AbortSignal): Promise<void> => {
    const end = await Promise.race([aborted(signal), connection.broken.then((reason) => ({ reason }))]);
    await connection.close().catch(() => undefined);
    if (end !== undefined) throw end.reason ?? new Error('the controller has ended the connection');
  };
  const output: readonly Output[] = [apiCallerKey.provide(connection)];
  const { addr, modelTag } = connection;
  return worker(run, { output, report: () => ({ connection: 'connected', address: addr, model: modelTag }) });
}

const resting = (report: object) => worker(aborted, { output: [] as readonly Output[], report: () => report });

/** What the controller said; the error itself only says that it is for good. */
const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
};
