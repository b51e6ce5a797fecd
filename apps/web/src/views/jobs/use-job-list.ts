import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { JobSearch } from '@moorline/control-api';
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { useLive } from '../../api/use-live.js';
import { type QueryResult, useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';
import { type JobFilter, jobSearchOf, writeJobFilter } from './job-filter.js';
import { appendPage, applyJobEvent, firstPage, type JobListData, reread } from './job-list.js';

/** The jobs of a filter, as far as they were read. */
export interface JobList {
  data: JobListData | undefined;
  isLoading: boolean;
  /** Why nothing could be read at all. */
  error: unknown;
  /** What happens at the end of the rows. */
  more: ReadonlySignal<{ isLoading: boolean; error: unknown }>;
  /** Reads the next page, once at a time. */
  loadMore: () => void;
  /** Reads from the start, and shows what is new. */
  startOver: () => void;
  /** What the server is asked. */
  search: () => JobSearch;
}

/** Rows of the first page: a few screens; then at most what the server gives at once, for whoever scrolls on. */
const pageRows = 100;
const mostRows = 500;

export function useJobList(filter: JobFilter): JobList {
  const { control, clock, connection } = useApp();
  const key = `jobs?${writeJobFilter(filter).toString()}`;
  const now = useCallback(() => Math.floor(clock.now() / 1000), [clock]);
  // The same for all pages of one list: a cursor belongs to one search.
  const search = useMemo(() => jobSearchOf(filter, now()), [key, now]);
  const startsOver = useRef(false);

  const list: QueryResult<JobListData> = useQuery<JobListData>(key, async (signal): Promise<JobListData> => {
    const before = startsOver.current ? undefined : latest.current.data;
    const limit = Math.min(mostRows, Math.max(pageRows, before?.rows.length ?? 0));
    const page = await control.searchJobs({ ...search, limit, count: true }, { signal });
    startsOver.current = false;
    return before === undefined ? firstPage(page, now()) : reread(before, page, search, now());
  });
  const latest = useRef(list);
  latest.current = list;

  useLive((event) => {
    if (event.event !== 'job') return;
    const { data } = latest.current;
    if (data === undefined) return;
    const changed = applyJobEvent(data, event.data, search, now());
    // Where there are no rows nothing can move: what is new is shown at once.
    if (data.rows.length === 0 && changed.fresh.size > 0) startOver();
    else if (changed !== data) list.update(() => changed);
  });

  const more = useSignal<{ isLoading: boolean; error: unknown }>({ isLoading: false, error: undefined });
  const loading = useRef<AbortController | undefined>(undefined);
  useEffect(() => {
    more.value = { isLoading: false, error: undefined };
    return () => loading.current?.abort();
  }, [key, more]);
  const loadMore = useCallback(() => {
    const cursor = latest.current.data?.next;
    if (cursor === undefined || more.peek().isLoading) return;
    const controller = new AbortController();
    loading.current = controller;
    more.value = { isLoading: true, error: undefined };
    control.searchJobs({ ...search, limit: mostRows, cursor }, { signal: controller.signal }).then(
      (page) => {
        if (controller.signal.aborted) return;
        more.value = { isLoading: false, error: undefined };
        // Two of one page, where the list was read anew meanwhile, would leave a gap.
        latest.current.update((data) => (data.next === cursor ? appendPage(data, page, now()) : data));
      },
      (error: unknown) => {
        if (!controller.signal.aborted) more.value = { isLoading: false, error };
      },
    );
  }, [control, search, more, now]);
  const isOnline = connection.state.value === 'online';
  useEffect(() => {
    if (isOnline && more.peek().error !== undefined) loadMore();
  }, [isOnline, more, loadMore]);

  const startOver = () => {
    loading.current?.abort();
    more.value = { isLoading: false, error: undefined };
    startsOver.current = true;
    list.refetch();
  };
  return {
    data: list.data,
    isLoading: list.isLoading,
    error: list.error,
    more,
    loadMore,
    startOver,
    search: () => search,
  };
}
