import { type ErrorReport, errorReport, errorText } from './error-text.js';
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
  /** The last error with which it ended, ISO 8601 `at`; stays while new starts are under way, and after them. */
  readonly lastError?: ErrorReport & { readonly at: string };
  /** What the last start asked of its inputs, in order, and what came of it. */
  readonly resolutions: readonly ResolutionStatus[];
  /** What the running worker says of itself. */
  readonly report?: Readonly<Record<string, unknown>>;
}

/** @param ask whether to ask the worker for its own report. */
export function manifoldStatus(node: Installed, dependents: readonly Installed[], ask: boolean): ManifoldStatus {
  const { delay, lastError } = node;
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
    ...(lastError === undefined
      ? {}
      : { lastError: { at: new Date(lastError.atMs).toISOString(), ...errorReport(lastError.error) } }),
    resolutions: node.resolutions.map(resolutionStatus),
    ...(ask ? workerReport(node) : {}),
  };
}

/** One `get` of a start in a {@link ManifoldStatus}. */
export interface ResolutionStatus {
  /** The input's name. */
  readonly input: string;
  /** The key's name; absent where only the input's presence was asked for. */
  readonly output?: string;
  /** Why there was nothing; absent where there was something. */
  readonly error?: string;
}

function resolutionStatus({ error, ...asked }: Resolution): ResolutionStatus {
  return error === undefined ? asked : { ...asked, error: errorText(error) };
}
