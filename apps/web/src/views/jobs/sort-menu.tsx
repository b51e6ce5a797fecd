import { FilterPill } from '../../ui/filter-pill.js';
import { useIsNarrow } from '../../ui/use-media.js';
import { type JobFilter, type JobSort, noFilter } from './job-filter.js';

const choices: readonly { label: string; sort: JobSort; order: JobFilter['order'] }[] = [
  { label: 'Newest first', sort: 'startTime', order: 'desc' },
  { label: 'Oldest first', sort: 'startTime', order: 'asc' },
  { label: 'Longest first', sort: 'duration', order: 'desc' },
  { label: 'Shortest first', sort: 'duration', order: 'asc' },
  { label: 'Most nodes first', sort: 'numNodes', order: 'desc' },
  { label: 'By user', sort: 'user', order: 'asc' },
  { label: 'By project', sort: 'project', order: 'asc' },
];

/** How the list is sorted, on a phone, which has no room for the heads of columns. */
export function SortMenu({ filter, onChange }: { filter: JobFilter; onChange: (next: Partial<JobFilter>) => void }) {
  if (!useIsNarrow()) return null;
  const isChosen = ({ sort, order }: Pick<JobFilter, 'sort' | 'order'>) =>
    sort === filter.sort && order === filter.order;
  const value = isChosen(noFilter) ? undefined : (choices.find(isChosen)?.label ?? 'as chosen');
  return (
    <FilterPill label="Sort" value={value} onClear={() => onChange({ sort: noFilter.sort, order: noFilter.order })}>
      {(close) => (
        <div class="job-sorts">
          {choices.map(({ label, sort, order }) => (
            <button
              key={label}
              type="button"
              class="menu-item"
              aria-pressed={isChosen({ sort, order })}
              onClick={() => {
                close();
                onChange({ sort, order });
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
    </FilterPill>
  );
}
