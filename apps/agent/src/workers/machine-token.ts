import { manifold, type Manifold, outputKey, worker } from '@moorline/apicaller/engine';
import { type Clock, sleep, systemClock } from '@moorline/core';
import type { MachineToken } from '../moorline-api.js';
import { sessionKey } from './identity.js';

/** The machine's token of now. */
export interface TokenSource {
  current(): MachineToken;
  /** Gets a new one before its time, because the control plane refused this one. Several at once make one call. */
  renew(): Promise<MachineToken>;
}

export const tokenKey = outputKey<TokenSource>('machine-token');

/** Keeps a machine token: gets a new one when half of its time is over. Fails, to be started again, where it cannot. */
export const machineTokenManifold = (clock: Clock = systemClock): Manifold =>
  manifold({
    inputs: ['identity'],
    async start(context) {
      const session = context.get('identity', sessionKey);
      let token = await session.fetchToken({ signal: context.signal });
      let underWay: Promise<MachineToken> | undefined;
      const fetchToken = (): Promise<MachineToken> =>
        (underWay ??= session
          .fetchToken({ signal: context.signal })
          .then((fresh) => (token = fresh))
          .finally(() => (underWay = undefined)));
      const source: TokenSource = {
        current: () => token,
        renew: fetchToken,
      };
      const run = async (signal: AbortSignal) => {
        for (;;) {
          await sleep(renewAfterMs(token, clock.now()), { signal, clock });
          await fetchToken();
        }
      };
      return worker(run, { output: source, report: () => ({ expiresAt: token.expiresAt, scope: token.scope }) });
    },
    outputs: ({ output }) => [tokenKey.provide(output)],
  });

/**
 * Half of the token's time. The clocks of machine and control plane may differ: a token that seems to have ended is
 * renewed each minute, one that seems to last for days at least twice an hour.
 */
export const renewAfterMs = (token: Pick<MachineToken, 'expiresAt'>, nowMs: number): number =>
  Math.min(Math.max((token.expiresAt * 1000 - nowMs) / 2, 60_000), 1_800_000);
