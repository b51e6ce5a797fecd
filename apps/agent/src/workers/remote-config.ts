import { type ApiCaller, apiCallerKey } from '@moorline/apicaller';
import { ErrUninstall, manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import type { Logger } from '@moorline/core';
import { z } from 'zod';
import type { RemoteConfig, RemoteSettings } from '../controller/remote-settings.js';
import { waitForOffer } from './wait-for-offer.js';

const answered = z.object({
  config: z.object({
    'interval-ms': z.number().min(1000).optional(),
    'nats-servers': z.array(z.string()).optional(),
  }),
});
const watched = z.object({ NotifyWatcherId: z.string() });

/** Follows what the control plane tells agents to do. Goes away for good where the controller does not tell. */
export const remoteConfigManifold = (remote: RemoteSettings, logger: Logger): Manifold =>
  manifold({
    inputs: ['api-caller'],
    filter: waitForOffer,
    start(context) {
      const caller = context.get('api-caller', apiCallerKey);
      const version = caller.bestFacadeVersion('Moorline');
      if (version === 0) throw ErrUninstall;
      let changes = 0;
      const run = async (signal: AbortSignal): Promise<void> => {
        // First watched, then asked: no change is missed.
        const id = watched.parse(
          await caller.apiCall('Moorline', version, '', 'WatchConfig', {}, { signal }),
        ).NotifyWatcherId;
        for (;;) {
          const config = await ask(caller, version, signal);
          if (remote.update(config)) {
            changes++;
            logger.info({ ...config }, 'the control plane has changed the settings of this agent');
          }
          // As long as it takes: the connection's pings tell whether the controller is there.
          await caller.apiCall('NotifyWatcher', 1, id, 'Next', {}, { signal, timeoutMs: 0 });
        }
      };
      return worker(run, { report: () => ({ ...remote.current, changes }) });
    },
  });

async function ask(caller: ApiCaller, version: number, signal: AbortSignal): Promise<RemoteConfig> {
  const { config } = answered.parse(await caller.apiCall('Moorline', version, '', 'Config', {}, { signal }));
  const { 'interval-ms': intervalMs, 'nats-servers': nats } = config;
  return { ...(intervalMs === undefined ? {} : { intervalMs }), ...(nats === undefined ? {} : { nats }) };
}
