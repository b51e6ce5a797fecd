import { join } from 'node:path';
import { manifold, type Manifold, outputKey, worker } from '@moorline/apicaller/engine';
import { openSpool, type Spool, type SpoolStats } from '@moorline/cc-store/spool';
import { type Clock, type Logger, sleep, systemClock } from '@moorline/core';
import { createDamagedReport } from '../jobs/damaged-report.js';
import type { RunningJobs } from '../jobs/running-jobs.js';
import type { AgentSettings } from '../settings.js';

export const spoolKey = outputKey<Spool>('spool');

/** The agent's spool: what is reported waits here until the control plane has it. `run` appends to the same file. */
export const spoolPath = (dataDir: string): string => join(dataDir, 'spool.db');

/** How old the figures of the report may be. */
const countEveryMs = 2000;

/** Holds the spool open for the others, and knows how full it is. */
export const spoolManifold = (
  settings: AgentSettings,
  jobs: RunningJobs,
  logger: Logger,
  clock: Clock = systemClock,
): Manifold =>
  manifold({
    inputs: ['control'],
    async start(context) {
      context.get('control');
      const spool = await openSpool({
        path: spoolPath(settings.dataDir),
        maxBytes: settings.spoolMax,
        onSetAside: createDamagedReport({ jobs, logger, clock }),
        logger,
        clock,
      });
      let stats: SpoolStats = await spool.stats();
      const run = async (signal: AbortSignal) => {
        try {
          for (;;) {
            await sleep(countEveryMs, { signal, clock });
            stats = await spool.stats();
          }
        } finally {
          await spool.close();
        }
      };
      return worker(run, { output: spool, report: () => stats });
    },
    outputs: ({ output }) => [spoolKey.provide(output)],
  });
