import { errorText, plainReport } from './error-text.js';
import { type Installed, type ManifoldState, stateOf } from './installed.js';

/** Where an engine is in its life. */
export type EngineState = 'started' | 'stopping' | 'stopped';

/** An engine's report in the original's shape (docs/engine.md §7): JSON values. */
export interface EngineReport {
  readonly state: EngineState;
  /** The error that the engine ends with, as far as it is known. */
  readonly error?: string;
  readonly manifolds: Readonly<Record<string, ManifoldReport>>;
}

/** One manifold in an {@link EngineReport}. */
export interface ManifoldReport {
  readonly state: ManifoldState;
  readonly inputs: readonly string[];
  /** Workers that came up, in all; absent for none. */
  readonly 'start-count'?: number;
  /** When the running worker came up: `2026-01-02 03:04:05`, UTC. Absent where none runs. */
  readonly started?: string;
  /** With what it last ended; absent after a good end. */
  readonly error?: string;
  /** What the running worker says of itself. */
  readonly report?: Readonly<Record<string, unknown>>;
}

/** @param ask whether to ask the worker for its own report. */
export function manifoldReport(node: Installed, ask: boolean): ManifoldReport {
  return {
    state: stateOf(node),
    inputs: node.inputs,
    ...(node.startCount === 0 ? {} : { 'start-count': node.startCount }),
    ...(node.startedAt === undefined ? {} : { started: goDateTime(node.startedAt.wallMs) }),
    ...(node.error === undefined ? {} : { error: errorText(node.error) }),
    ...(ask ? workerReport(node) : {}),
  };
}

/** The report of a running worker that has one. */
export function workerReport({ worker }: Installed): { report?: Readonly<Record<string, unknown>> } {
  return worker?.report === undefined ? {} : { report: plainReport(() => worker.report?.() ?? {}) };
}

function goDateTime(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' ');
}
