import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../app-context.js';
import type { Load, QueryState } from './query-cache.js';

/** An answer as a component shows it. */
export interface QueryResult<T> extends QueryState<T> {
  /** Neither an answer nor a failure yet: show a skeleton. */
  isLoading: boolean;
  /** What is shown is from before a failure. */
  isStale: boolean;
  refetch: () => void;
  /** Changes the answer at hand without asking the server. */
  update: (change: (data: T) => T) => void;
}

/**
 * The server's answer to a question, read when the component appears and again after an outage; aborted when it goes.
 *
 * @param key names question and answer, parameters included: `job 4711`. `undefined` asks nothing (yet).
 */
export function useQuery<T>(key: string | undefined, load: Load<T>): QueryResult<T> {
  const { queries } = useApp();
  const query = useMemo(() => queries.query<T>(key ?? ''), [queries, key]);
  useEffect(() => (key === undefined ? undefined : query.use(load)), [query, key]);
  const state = query.state.value;
  return {
    ...state,
    isLoading: state.data === undefined && state.error === undefined,
    isStale: state.data !== undefined && state.error !== undefined,
    refetch: () => query.refetch(),
    update: (change) => query.update(change),
  };
}
