import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import { Button } from '../../ui/button.js';
import { knownJobStates } from '../../ui/job-state.js';
import { Page } from '../../ui/page.js';
import { timeZone } from '../../ui/preferences.js';
import { EmptyState, ErrorState, Loading } from '../../ui/states.js';
import { DataTable, type TableHandle } from '../../ui/table/data-table.js';
import { useNow } from '../../ui/use-now.js';
import { exportColumns, jobColumns } from './job-columns.js';
import { isFiltered, type JobFilter, noFilter, readJobFilter, toJobSort, writeJobFilter } from './job-filter.js';
import { JobFilters } from './job-filters.js';
import { useExport } from './use-export.js';
import { useJobList } from './use-job-list.js';
import './jobs.css';

/** All jobs that one may see: filtered and sorted as the address says, read page by page as one scrolls. */
export function JobsView() {
  const { router, notices } = useApp();
  const query = router.query.value;
  const filter = useMemo(() => readJobFilter(query, knownJobStates), [query]);
  const change = (next: Partial<JobFilter>) => router.setQuery(writeJobFilter({ ...filter, ...next }));
  const list = useJobList(filter);
  const { data } = list;
  const now = useNow();
  const zone = timeZone.value;
  const columns = useMemo(() => jobColumns({ now, zone }), [now, zone]);
  const csv = useExport(list.search, exportColumns(columns));
  const table = useRef<TableHandle>(null);

  const counted = countText(data?.total);
  useEffect(() => {
    if (counted !== undefined) notices.announce(counted);
  }, [counted, notices]);
  const fresh = data?.fresh.size ?? 0;
  const { isLoading: isLoadingMore, error: moreError } = list.more.value;

  return (
    <Page
      title="Jobs"
      isFull
      aside={
        <>
          <span class="number">{counted}</span>
          {fresh === 0 ? null : (
            <Button
              kind="primary"
              class="jobs-fresh"
              onClick={() => {
                list.startOver();
                table.current?.scrollToTop();
              }}
            >
              ↑ {fresh === 1 ? '1 new job' : `${fresh} new jobs`}
            </Button>
          )}
        </>
      }
      actions={
        <Button onClick={csv.start} disabled={csv.isRunning || data === undefined || data.rows.length === 0}>
          {csv.isRunning ? `Exporting ${csv.count}…` : 'Export CSV'}
        </Button>
      }
    >
      <JobFilters filter={filter} rows={data?.rows ?? []} onChange={change} />
      {data === undefined && list.error !== undefined ? (
        <ErrorState title="The jobs could not be read" error={list.error} onRetry={list.startOver} />
      ) : null}
      {list.isLoading ? <Loading label="Jobs" lines={14} /> : null}
      {data?.rows.length === 0 ? <NoJobs filter={filter} onClear={() => change(noFilter)} /> : null}
      {data === undefined || data.rows.length === 0 ? null : (
        <DataTable
          key={writeJobFilter(filter).toString()}
          label="Jobs"
          handle={table}
          columns={columns}
          rows={data.rows}
          rowKey={({ job }) => job.id}
          total={data.total === undefined || data.total.isLowerBound ? -1 : data.total.count}
          sorting={{ by: filter.sort, order: filter.order }}
          onSort={({ by, order }) => change({ sort: toJobSort(by), order })}
          onOpen={({ job }) => router.navigate({ view: 'job', id: job.id })}
          onEnd={moreError === undefined ? list.loadMore : undefined}
          keepScrollAs="jobs"
          narrow={{ rowHeight: 88, class: 'jobs-narrow' }}
          rowClass={({ isGone }) => (isGone ? 'is-gone' : undefined)}
          footer={
            moreError !== undefined ? (
              <>
                <span>Further jobs could not be read.</span>
                <Button onClick={list.loadMore}>Try again</Button>
              </>
            ) : isLoadingMore ? (
              <span>Reading further jobs…</span>
            ) : data.next === undefined ? (
              <span>That is all.</span>
            ) : undefined
          }
        />
      )}
    </Page>
  );
}

function NoJobs({ filter, onClear }: { filter: JobFilter; onClear: () => void }) {
  if (isFiltered(filter)) {
    return (
      <EmptyState title="No job matches" action={<Button onClick={onClear}>Clear all filters</Button>}>
        New jobs that match appear here by themselves.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No jobs yet">
      A job appears here as soon as it starts. To start one by hand: <code>moorline-agent run -- sleep 60</code>
    </EmptyState>
  );
}

function countText(total: { count: number; isLowerBound: boolean } | undefined): string | undefined {
  if (total === undefined) return undefined;
  const count = total.count.toLocaleString('en');
  if (total.isLowerBound) return `more than ${count} jobs`;
  return total.count === 1 ? '1 job' : `${count} jobs`;
}
