import type { JobSearch } from '@moorline/control-api';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import type { Column } from '../../ui/table/column.js';
import { csvBlob, saveFile, toCsv } from '../../ui/table/csv.js';
import { describeError } from '../../ui/states.js';
import type { ListedJob } from './job-list.js';

/** A spreadsheet takes about a million rows; this many are in a browser's memory without harm. */
const mostRows = 200_000;
const pageRows = 500;

/** Saves all jobs of a search as CSV, not only those that were scrolled by. Leaving the view gives it up. */
export function useExport(search: () => JobSearch, columns: readonly Pick<Column<ListedJob>, 'header' | 'value'>[]) {
  const { control, clock, notices } = useApp();
  const [count, setCount] = useState<number | undefined>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (signal: AbortSignal) => {
    const rows: ListedJob[] = [];
    const wanted = search();
    for (let cursor: string | undefined; ;) {
      const page = await control.searchJobs(
        { ...wanted, limit: pageRows, ...(cursor === undefined ? {} : { cursor }) },
        { signal },
      );
      const readAt = Math.floor(clock.now() / 1000);
      for (const job of page.jobs) rows.push({ job, readAt, isGone: false });
      setCount(rows.length);
      cursor = page.next;
      if (cursor === undefined || rows.length >= mostRows) break;
    }
    saveFile('jobs.csv', csvBlob(toCsv(columns, rows)));
    notices.show(`${rows.length.toLocaleString('en')} jobs were exported.`);
  };
  const start = () => {
    const controller = new AbortController();
    running.current = controller;
    setCount(0);
    run(controller.signal)
      .catch((error: unknown) => {
        if (!controller.signal.aborted) notices.show(`The export failed: ${describeError(error).message}`, 'error');
      })
      .finally(() => setCount(undefined));
  };
  return { start, isRunning: count !== undefined, count: count ?? 0 };
}
