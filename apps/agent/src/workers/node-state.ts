import { manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import { type Clock, sleep, systemClock } from '@moorline/core';
import type { Bell } from '../bell.js';
import type { RunningJobs } from '../jobs/running-jobs.js';
import { nodeStateEntry } from '../messages.js';
import { machineKey } from './collectors.js';
import { sessionKey } from './identity.js';
import { spoolKey } from './spool.js';

/** Tells in equal steps whether the machine has a job of `moorline-agent run`. */
export const nodeStateManifold = (jobs: RunningJobs, bell: Bell, clock: Clock = systemClock): Manifold =>
  manifold({
    inputs: ['identity', 'collectors', 'spool'],
    start(context) {
      const session = context.get('identity', sessionKey);
      const { topology, intervalMs } = context.get('collectors', machineKey);
      const spool = context.get('spool', spoolKey);
      let state = 'unknown';
      const run = async (signal: AbortSignal) => {
        for (;;) {
          const jobsRunning = jobs.list().filter(({ end }) => end === undefined).length;
          state = jobsRunning > 0 ? 'allocated' : 'idle';
          const { cluster, host } = session.name();
          const cpusAllocated = jobsRunning > 0 ? topology.groups.node.length : 0;
          const node = { hostname: host, states: [state], cpusAllocated, jobsRunning };
          await spool.append([nodeStateEntry({ cluster, nodes: [node] }, Math.floor(clock.now() / 1000))]);
          bell.ring();
          await sleep(intervalMs, { signal, clock });
        }
      };
      return worker(run, { report: () => ({ state }) });
    },
  });
