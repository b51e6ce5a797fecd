import { manifold, type Manifold, type Reporter, worker } from '@moorline/apicaller/engine';
import { type Clock, type Logger, sleep, systemClock } from '@moorline/core';
import { isAgentError } from '../agent-error.js';
import { type EngineReport, engineReport } from './engine-report.js';
import { sessionKey } from './identity.js';
import { tokenKey } from './machine-token.js';

/** What is told of the agent itself. */
export interface ReportContext {
  version: string;
  /** Unix seconds. */
  startedAt: number;
  reporter: Pick<Reporter, 'status'>;
  logger: Logger;
}

/** Milliseconds between two looks at what the workers do; what changes in between is told together. */
const lookEveryMs = 2000;

/** Milliseconds after which it is told although nothing has changed. */
const tellEveryMs = 30_000;

/** Tells the control plane what the agent's workers do and what waits in the spool: at once, when workers change, and every half a minute. */
export const reportManifold = (
  { version, startedAt, reporter, logger }: ReportContext,
  clock: Clock = systemClock,
): Manifold =>
  manifold({
    inputs: ['identity', 'machine-token'],
    start(context) {
      const { api } = context.get('identity', sessionKey);
      const tokens = context.get('machine-token', tokenKey);
      let problem: string | undefined;

      /** A report that is not taken is no reason to start again: the next one tells more. */
      const tell = async (report: EngineReport, signal: AbortSignal): Promise<void> => {
        try {
          await api.putReport(tokens.current(), report, { signal });
          problem = undefined;
        } catch (error) {
          if (signal.aborted) throw error;
          const reason = error instanceof Error ? error.message : String(error);
          if (problem === undefined) logger.warn({ error }, 'the control plane has not taken the report of this agent');
          problem = reason;
          if (isAgentError(error) && error.details['status'] === 401) await tokens.renew();
        }
      };

      const run = async (signal: AbortSignal) => {
        let told: { what: string; at: number } | undefined;
        for (;;) {
          const report = engineReport(reporter.status(), { version, startedAt, now: clock.now() });
          const what = JSON.stringify(report.workers);
          const isDue = told === undefined || clock.monotonic() - told.at >= tellEveryMs;
          if (isDue || what !== told?.what) {
            await tell(report, signal);
            told = { what, at: clock.monotonic() };
          }
          await sleep(lookEveryMs, { signal, clock });
        }
      };
      return worker(run, { report: () => ({ taken: problem === undefined, ...(problem && { problem }) }) });
    },
  });
