import type { EngineStatus, ManifoldStatus } from '@moorline/apicaller/engine';

/** What `PUT /moorline/v1/report` takes: what this agent does. Times are Unix milliseconds. */
export interface EngineReport {
  agentVersion: string;
  startedAt: number;
  at: number;
  workers: WorkerReport[];
  spool: { entries: number; bytes: number; oldestAt?: number };
}

export interface WorkerReport {
  name: string;
  state: string;
  startedAt?: number;
  /** Starts after the first. */
  restarts: number;
  /** Why it does not run. */
  error?: string;
  /** Workers that it waits for. */
  needs: string[];
}

/** Who runs, for how long. */
export interface AgentFacts {
  version: string;
  /** Unix seconds. */
  startedAt: number;
  /** Unix milliseconds. */
  now: number;
}

/** The engine as the control plane is told of it: the same tree that `status` shows. */
export function engineReport({ manifolds }: EngineStatus, { version, startedAt, now }: AgentFacts): EngineReport {
  return {
    ...{ agentVersion: version.slice(0, 128), startedAt: startedAt * 1000, at: now },
    workers: Object.entries(manifolds).map(([name, manifold]) => workerReport(name, manifold)),
    spool: spoolOf(manifolds['spool']?.report ?? {}),
  };
}

function workerReport(name: string, manifold: ManifoldStatus): WorkerReport {
  const problem = problemOf(manifold);
  return {
    ...{ name, state: manifold.state, restarts: Math.max(0, manifold.startCount - 1), needs: [...manifold.inputs] },
    ...(manifold.startedAt === undefined ? {} : { startedAt: Date.parse(manifold.startedAt) }),
    ...(problem === undefined ? {} : { error: problem.message.slice(0, 2000) }),
  };
}

/** Why a worker does not run; while a new start is under way, why the one before ended. */
export function problemOf<Problem>(manifold: {
  state: string;
  error?: Problem | undefined;
  lastError?: Problem | undefined;
}): Problem | undefined {
  return manifold.error ?? (manifold.state === 'started' ? undefined : manifold.lastError);
}

/** As the spool's worker reports it; nothing where it does not run. */
function spoolOf({ entries, bytes, oldest }: Readonly<Record<string, unknown>>): EngineReport['spool'] {
  return {
    entries: typeof entries === 'number' ? entries : 0,
    bytes: typeof bytes === 'number' ? bytes : 0,
    ...(typeof oldest === 'number' ? { oldestAt: oldest } : {}),
  };
}
