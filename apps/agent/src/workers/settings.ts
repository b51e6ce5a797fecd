import { ErrBounce, manifold, type Manifold, outputKey, worker } from '@moorline/apicaller/engine';
import type { RemoteSettings } from '../controller/remote-settings.js';
import type { AgentSettings } from '../settings.js';

/** The settings that a control plane may change while the agent runs. */
export type ChangingSettings = Pick<AgentSettings, 'interval' | 'nats'>;

export const settingsKey = outputKey<ChangingSettings>('settings');

/**
 * The agent's settings, with those of the control plane in their place. Restarts at each change, and whatever needs it with it.
 * NATS servers count only for an agent that delivers over NATS: which way that goes is chosen at its start.
 */
export const settingsManifold = (own: ChangingSettings, remote: RemoteSettings): Manifold =>
  manifold({
    start() {
      const { intervalMs, nats } = remote.current;
      const settings: ChangingSettings = { interval: intervalMs ?? own.interval, nats: [...(nats ?? own.nats)] };
      const run = (signal: AbortSignal): Promise<void> =>
        new Promise((resolve, reject) => {
          const stop = remote.onChange(() => settle(() => reject(ErrBounce)));
          const onAbort = (): void => settle(resolve);
          const settle = (outcome: () => void): void => {
            stop();
            signal.removeEventListener('abort', onAbort);
            outcome();
          };
          signal.addEventListener('abort', onAbort, { once: true });
        });
      return worker(run, {
        output: settings,
        report: () => ({ intervalSeconds: settings.interval / 1000, fromControlPlane: Object.keys(remote.current) }),
      });
    },
    outputs: ({ output }) => [settingsKey.provide(output)],
  });
