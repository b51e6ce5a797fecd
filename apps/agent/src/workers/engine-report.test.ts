import type { EngineStatus, ManifoldStatus } from '@moorline/apicaller/engine';
import { expect, it } from 'vitest';
import { engineReport } from './engine-report.js';

const one = (facts: Partial<ManifoldStatus>): ManifoldStatus => ({
  ...{
    state: 'started',
    inputs: [],
    dependents: [],
    startCount: 1,
    startAttempts: 0,
    recentErrors: 0,
    resolutions: [],
  },
  ...facts,
});
const facts = { version: '1.2.3', startedAt: 1_700_000_000, now: 1_700_000_009_000 };
const reportOf = (manifolds: EngineStatus['manifolds']) => engineReport({ state: 'started', manifolds }, facts);

it('tells of each worker since when it runs, what it waits for and how often it has started again', () => {
  const startedAt = '2023-11-14T22:13:20.000Z';
  const { workers, ...rest } = reportOf({ spool: one({ startedAt, inputs: ['control'], startCount: 3 }) });
  expect(workers).toEqual([
    { name: 'spool', state: 'started', restarts: 2, needs: ['control'], startedAt: 1_700_000_000_000 },
  ]);
  expect(rest).toEqual({
    ...{ agentVersion: '1.2.3', startedAt: 1_700_000_000_000, at: 1_700_000_009_000 },
    spool: { entries: 0, bytes: 0 },
  });
});

it('tells why a worker does not run, and not of an error that is over', () => {
  const lastError = { name: 'Error', message: 'was away', at: '2023-11-14T22:13:20.000Z' };
  const { workers } = reportOf({
    down: one({ state: 'stopped', startCount: 0, error: { name: 'Error', message: 'x'.repeat(5000) } }),
    again: one({ state: 'starting', lastError }),
    fine: one({ lastError }),
  });
  expect(workers.map(({ error }) => error)).toEqual(['x'.repeat(2000), 'was away', undefined]);
  expect(workers[0]?.restarts).toBe(0);
});

it('tells what waits in the spool', () => {
  const report = { entries: 4, bytes: 900, oldest: 1_700_000_000_500, dropped: 1 };
  expect(reportOf({ spool: one({ report }) }).spool).toEqual({ entries: 4, bytes: 900, oldestAt: 1_700_000_000_500 });
});
