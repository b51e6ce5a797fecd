import type { LiveEvent } from '@moorline/control-api';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { useApp } from '../app-context.js';
import type { Load, QueryState } from './query-cache.js';

/** Options of {@link useQuery}. */
export interface UseQueryOptions {
  /** Events after which the answer is another one; at most once a second it is read again. `reset` always is one. */
  refetchOn?: ((event: LiveEvent) => boolean) | undefined;
}

/** An answer as a component shows it. */
export interface QueryResult<T> extends QueryState<T> {
  /** Neither an answer nor a failure yet: show a skeleton. */
  isLoading: boolean;
  /** What is shown is from before a failure. */
  isStale: boolean;
  refetch: () => void;
  /** Changes the answer at hand without asking the server, as a live event tells. */
  update: (change: (data: T) => T) => void;
}

/**
 * The server's answer to a question, read when the component appears, after the events that it names, and after an outage; aborted
 * when the component goes.
 *
 * @param key names question and answer, parameters included: `job 4711`. `undefined` asks nothing (yet).
 */
export function useQuery<T>(
  key: string | undefined,
  load: Load<T>,
  { refetchOn = () => false }: UseQueryOptions = {},
): QueryResult<T> {
  const { queries, live } = useApp();
  const query = useMemo(() => queries.query<T>(key ?? ''), [queries, key]);
  const latest = useRef(refetchOn);
  latest.current = refetchOn;
  // Asked before the browser paints the frame around it, not after.
  useLayoutEffect(() => {
    if (key === undefined) return undefined;
    const release = query.use(load);
    const silence = live.listen((event) => {
      if (event.event === 'reset' || latest.current(event)) query.refetch();
    });
    return () => {
      silence();
      release();
    };
  }, [query, live, key]);
  const state = query.state.value;
  return {
    ...state,
    isLoading: state.data === undefined && state.error === undefined,
    isStale: state.data !== undefined && state.error !== undefined,
    refetch: () => query.refetch(),
    update: (change) => query.update(change),
  };
}
