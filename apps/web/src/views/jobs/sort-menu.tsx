import { SelectField } from '../../ui/fields.js';
import { useIsNarrow } from '../../ui/use-media.js';
import { type JobFilter, toJobSort } from './job-filter.js';

const options = [
  { value: 'startTime desc', label: 'Newest first' },
  { value: 'startTime asc', label: 'Oldest first' },
  { value: 'duration desc', label: 'Longest first' },
  { value: 'duration asc', label: 'Shortest first' },
  { value: 'numNodes desc', label: 'Most nodes first' },
  { value: 'user asc', label: 'By user' },
  { value: 'project asc', label: 'By project' },
];

/** How the list is sorted, where a phone has no room for the heads of columns. */
export function SortMenu({ filter, onChange }: { filter: JobFilter; onChange: (next: Partial<JobFilter>) => void }) {
  const value = `${filter.sort} ${filter.order}`;
  if (!useIsNarrow()) return null;
  const isKnown = options.some((option) => option.value === value);
  return (
    <SelectField
      label="Sort"
      options={isKnown ? options : [{ value, label: 'As chosen' }, ...options]}
      value={value}
      onValue={(chosen) => {
        const [sort = '', order] = chosen.split(' ');
        onChange({ sort: toJobSort(sort), order: order === 'asc' ? 'asc' : 'desc' });
      }}
    />
  );
}
