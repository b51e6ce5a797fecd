import { manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import { type Clock, sleep, systemClock } from '@moorline/core';
import { markDescribed } from '../described-mark.js';
import type { AgentSettings } from '../settings.js';
import { describeMachine } from '../topology/describe-machine.js';
import { machineKey } from './collectors.js';
import { sessionKey } from './identity.js';
import { tokenKey } from './machine-token.js';

/** A control plane that lost its store learns of the machine again within this time. */
const describeEveryMs = 600_000;

/** Tells the control plane what this machine is made of and which metrics it sends: once before it counts as running. */
export const describeManifold = (settings: AgentSettings, clock: Clock = systemClock): Manifold =>
  manifold({
    inputs: ['identity', 'machine-token', 'collectors'],
    async start(context) {
      const { api, name } = context.get('identity', sessionKey);
      const tokens = context.get('machine-token', tokenKey);
      const { topology, collectors } = context.get('collectors', machineKey);
      const description = describeMachine(topology);
      const metrics = collectors.flatMap((collector) => collector.metrics);
      const describe = (signal: AbortSignal) => api.putHost(tokens.current(), description, metrics, { signal });
      await describe(context.signal);
      markDescribed(settings.dataDir, name());
      const run = async (signal: AbortSignal) => {
        for (;;) {
          await sleep(describeEveryMs, { signal, clock });
          await describe(signal);
        }
      };
      return worker(run, { report: () => ({ metrics: metrics.length }) });
    },
  });
