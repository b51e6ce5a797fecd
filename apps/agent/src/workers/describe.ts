import { manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import { type Clock, sleep, systemClock } from '@moorline/core';
import { describeMachine } from '../topology/describe-machine.js';
import { machineKey } from './collectors.js';
import { sessionKey } from './identity.js';
import { tokenKey } from './machine-token.js';

/** A control plane that lost its store learns of the machine again within this time. */
const describeEveryMs = 600_000;

/** Tells the control plane what this machine is made of and which metrics it sends. */
export const describeManifold = (clock: Clock = systemClock): Manifold =>
  manifold({
    inputs: ['identity', 'machine-token', 'collectors'],
    start(context) {
      const { api } = context.get('identity', sessionKey);
      const tokens = context.get('machine-token', tokenKey);
      const { topology, collectors } = context.get('collectors', machineKey);
      const description = describeMachine(topology);
      const metrics = collectors.flatMap((collector) => collector.metrics);
      let describedAt: number | undefined;
      const run = async (signal: AbortSignal) => {
        for (;;) {
          await api.putHost(tokens.current(), description, metrics, { signal });
          describedAt = Math.floor(clock.now() / 1000);
          await sleep(describeEveryMs, { signal, clock });
        }
      };
      return worker(run, { report: () => ({ describedAt, metrics: metrics.length }) });
    },
  });
