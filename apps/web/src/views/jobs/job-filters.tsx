import { seesOthersJobs } from '../../api/roles.js';
import { useClusters } from '../../api/use-clusters.js';
import { useApp } from '../../app-context.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { CheckField } from '../../ui/fields.js';
import { FilterPill } from '../../ui/filter-pill.js';
import { jobStateTone, jobStateWord, knownJobStates } from '../../ui/job-state.js';
import { DurationFields } from './duration-fields.js';
import { isFiltered, type JobFilter, noFilter } from './job-filter.js';
import type { ListedJob } from './job-list.js';
import { NameField } from './name-field.js';
import { SortMenu } from './sort-menu.js';
import { StartFields, startText } from './start-fields.js';

/** Properties of {@link JobFilters}. */
export interface JobFiltersProps {
  filter: JobFilter;
  /** Their names are offered while one types. */
  rows: readonly ListedJob[];
  onChange: (next: Partial<JobFilter>) => void;
}

/** The conditions of the list, each a button that says what it is set to. */
export function JobFilters({ filter, rows, onChange }: JobFiltersProps) {
  const { session } = useApp();
  const clusters = useClusters();
  const clusterNames = clusters.data?.clusters.map(({ name }) => name) ?? [];
  const state = session.state.value;
  const isShown = {
    user: filter.user !== '' || (state.status === 'signedIn' && seesOthersJobs(state.me)),
    cluster: filter.cluster !== '' || clusterNames.length > 1,
  };
  const names = (of: (row: ListedJob) => string[]) => [...new Set(rows.slice(0, 500).flatMap(of))].sort();
  const nameFilter = (key: 'user' | 'project' | 'cluster' | 'node', label: string, suggestions: readonly string[]) => (
    <FilterPill label={label} value={filter[key] || undefined} onClear={() => onChange({ [key]: '' })}>
      {(close) => (
        <NameField
          key={filter[key]}
          label={`Exactly this ${label.toLowerCase()}`}
          value={filter[key]}
          suggestions={suggestions}
          onApply={(value) => {
            close();
            onChange({ [key]: value });
          }}
        />
      )}
    </FilterPill>
  );

  return (
    <div class="job-filters" role="group" aria-label="Filters">
      <SortMenu filter={filter} onChange={onChange} />
      <FilterPill
        label="State"
        value={filter.states.length === 0 ? undefined : filter.states.map(jobStateWord).join(', ')}
        onClear={() => onChange({ states: [] })}
      >
        {() => (
          <div class="job-states">
            {knownJobStates.map((one) => (
              <CheckField
                key={one}
                label={<Badge tone={jobStateTone(one)}>{jobStateWord(one)}</Badge>}
                isChecked={filter.states.includes(one)}
                onChecked={(isChecked) =>
                  onChange({
                    states: knownJobStates.filter((s) => (s === one ? isChecked : filter.states.includes(s))),
                  })
                }
              />
            ))}
          </div>
        )}
      </FilterPill>
      {isShown.user
        ? nameFilter(
            'user',
            'User',
            names(({ job }) => [job.user]),
          )
        : null}
      {nameFilter(
        'project',
        'Project',
        names(({ job }) => [job.project]),
      )}
      {isShown.cluster ? nameFilter('cluster', 'Cluster', clusterNames) : null}
      {nameFilter(
        'node',
        'Node',
        names(({ job }) => job.hosts),
      )}
      <FilterPill
        label="Started"
        value={startText(filter)}
        onClear={() => onChange({ within: undefined, from: undefined, to: undefined })}
      >
        {(close) => <StartFields filter={filter} onChange={onChange} onDone={close} />}
      </FilterPill>
      <FilterPill
        label="Duration"
        value={durationText(filter)}
        onClear={() => onChange({ minDuration: undefined, maxDuration: undefined })}
      >
        {(close) => <DurationFields filter={filter} onChange={onChange} onDone={close} />}
      </FilterPill>
      {filter.tags.map((tag) => (
        <FilterPill
          key={tag}
          label="Tag"
          value={tag}
          onClear={() => onChange({ tags: filter.tags.filter((one) => one !== tag) })}
        >
          {(close) => (
            <NameField
              label="Tag, as type:name"
              kind="tag"
              value={tag}
              suggestions={names(tagsOf)}
              onApply={(value) => {
                close();
                const others = filter.tags.map((one) => (one === tag ? value : one));
                onChange({ tags: others.filter((one) => one !== '') });
              }}
            />
          )}
        </FilterPill>
      ))}
      <FilterPill label={filter.tags.length === 0 ? 'Tag' : '+ Tag'} value={undefined} onClear={() => undefined}>
        {(close) => (
          <NameField
            key={filter.tags.join()}
            label="Tag, as type:name"
            kind="tag"
            value=""
            suggestions={names(tagsOf)}
            onApply={(value) => {
              close();
              if (value !== '') onChange({ tags: [...new Set([...filter.tags, value])] });
            }}
          />
        )}
      </FilterPill>
      {isFiltered(filter) ? (
        <Button kind="quiet" onClick={() => onChange({ ...noFilter, sort: filter.sort, order: filter.order })}>
          Clear all
        </Button>
      ) : null}
    </div>
  );
}

const tagsOf = ({ job }: ListedJob): string[] => job.tags.map(({ type, name }) => `${type}:${name}`);

function durationText({ minDuration, maxDuration }: JobFilter): string | undefined {
  if (minDuration === undefined && maxDuration === undefined) return undefined;
  if (maxDuration === undefined) return `≥ ${minDuration?.text ?? ''}`;
  return minDuration === undefined ? `≤ ${maxDuration.text}` : `${minDuration.text} – ${maxDuration.text}`;
}
