import { type ErrorReport, errorReport } from './error-text.js';
import { type Installed, type ManifoldState, stateOf } from './installed.js';
import { type EngineState, workerReport } from './report.js';
import type { Resolution } from './start-context.js';

/** Everything that an engine knows, for a person who asks what goes on: JSON values, no secrets. */
export interface EngineStatus {
  readonly state: EngineState;
  /** The error that the engine ends with, as far as it is known. */
  readonly error?: ErrorReport;
  /** By name, in order of installation. */
  readonly manifolds: Readonly<Record<string, ManifoldStatus>>;
}

/** One manifold in an {@link EngineStatus}. */
export interface ManifoldStatus {
  readonly state: ManifoldState;
  readonly inputs: readonly string[];
  /** Installed manifolds that have this one as an input. */
  readonly dependents: readonly string[];
  /** Workers that came up, in all. */
  readonly startCount: number;
  /** Starts since a worker last came up, the one under way included. */
  readonly startAttempts: number;
  /** Errors in a row, as the back-off counts them. */
  readonly recentErrors: number;
  /** When the running worker came up, ISO 8601. Absent where none runs. */
  readonly startedAt?: string;
  /** The wait before the start that is under way. Absent where there is none, or it is over. */
  readonly nextStart?: { readonly at: string; readonly delayMs: number };
  /** With what it last ended; absent after a good end and while a new start is under way. */
  readonly error?: ErrorReport;
  /** What the last start asked of its inputs, in order, and what came of it. */
  readonly resolutions: readonly Resolution[];
  /** What the running worker says of itself. */
  readonly report?: Readonly<Record<string, unknown>>;
}

/** @param ask whether to ask the worker for its own report. */
export function manifoldStatus(node: Installed, dependents: readonly Installed[], ask: boolean): ManifoldStatus {
  const { delay } = node;
  return {
    state: stateOf(node),
    inputs: node.inputs,
    dependents: dependents.map((dependent) => dependent.name),
    startCount: node.startCount,
    startAttempts: node.startAttempts,
    recentErrors: node.recentErrors,
    ...(node.startedAt === undefined ? {} : { startedAt: new Date(node.startedAt.wallMs).toISOString() }),
    ...(delay === undefined ? {} : { nextStart: { at: new Date(delay.untilMs).toISOString(), delayMs: delay.ms } }),
    ...(node.error === undefined ? {} : { error: errorReport(node.error) }),
    resolutions: [...node.resolutions],
    ...(ask ? workerReport(node) : {}),
  };
}
