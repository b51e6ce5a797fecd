import type { NodeStateRow } from '@moorline/control-api';
import { useMemo, useRef, useState } from 'preact/hooks';
import { useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';
import { formatDuration } from '../../format/duration.js';
import { formatTime, formatTimeRange, tickLabels } from '../../format/time.js';
import { formatQuantity } from '../../format/unit.js';
import { timeTicks } from '../../plots/ticks.js';
import { useInSight } from '../../plots/use-in-sight.js';
import { Badge } from '../../ui/badge.js';
import { Segments } from '../../ui/button.js';
import { timeZone } from '../../ui/preferences.js';
import { EmptyState, ErrorState, Loading } from '../../ui/states.js';
import { nodeTones } from './node-state-badge.js';
import { stateSpans, stateTotals } from './state-spans.js';

const days = { day: 86_400, week: 604_800 } as const;
type Period = keyof typeof days;
/** States are asked for in one page: more than these nobody reads in a line. */
const mostStates = 500;
const width = 1000;

/** The states of a node over the last day or week: as a line in time, and as a table. */
export function StateHistory({ cluster, host }: { cluster: string; host: string }) {
  const { control, clock } = useApp();
  const box = useRef<HTMLElement>(null);
  const isInSight = useInSight(box);
  const [period, setPeriod] = useState<Period>('day');
  const key = isInSight ? `states ${cluster}/${host} ${period}` : undefined;
  const states = useQuery(
    key,
    async (signal) => {
      const to = Math.ceil(clock.now() / 1000);
      const window = { from: to - days[period], to };
      const answer = await control.listNodeStates(cluster, host, { from: window.from, limit: mostStates }, { signal });
      return { states: answer.states, window };
    },
    {
      refetchOn: ({ event, data }) =>
        event === 'nodes' && data.cluster === cluster && data.nodes.some((row) => row.host === host),
    },
  );
  return (
    <section ref={box} class="node-section" aria-label="States">
      <header class="node-section-head">
        <h2>States</h2>
        <Segments
          label="Period"
          options={[
            { value: 'day', label: '1 d' },
            { value: 'week', label: '1 w' },
          ]}
          value={period}
          onChange={setPeriod}
        />
      </header>
      {states.data !== undefined ? (
        <Drawn {...states.data} />
      ) : states.error !== undefined ? (
        <ErrorState title="The states could not be read" error={states.error} onRetry={states.refetch} />
      ) : (
        <Loading label="States" lines={3} />
      )}
    </section>
  );
}

interface DrawnProps {
  states: readonly NodeStateRow[];
  window: { from: number; to: number };
}

function Drawn({ states, window }: DrawnProps) {
  const zone = timeZone.value;
  const spans = useMemo(() => stateSpans(states, window), [states, window]);
  if (spans.length === 0)
    return <EmptyState title="No state was reported">Neither by a scheduler nor by an agent.</EmptyState>;
  const totals = stateTotals(spans);
  const x = (time: number) => ((time - window.from) / (window.to - window.from)) * width;
  const ticks = timeTicks(window, 6, zone);
  const labels = tickLabels(ticks.at, ticks.step, zone);
  const summary = totals.map(({ state, seconds }) => `${state} ${formatDuration(seconds)}`).join(', ');
  return (
    <>
      <svg
        class="state-line"
        viewBox={`0 0 ${width} 24`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`States, ${formatTimeRange(window.from, window.to, zone)}: ${summary}.`}
      >
        {spans.map(({ state, from, to }) => (
          <rect
            key={from}
            class={`state-${nodeTones[state]}`}
            x={x(from)}
            width={Math.max(1, x(to) - x(from))}
            height="24"
          >
            <title>{`${state}, ${formatTimeRange(from, to, zone)}`}</title>
          </rect>
        ))}
      </svg>
      <div class="state-ticks" aria-hidden="true">
        {ticks.at.map((tick, index) => (
          <span key={tick} style={{ insetInlineStart: `${x(tick) / (width / 100)}%` }}>
            {labels[index]?.split('\n').map((line) => (
              <span key={line}>{line}</span>
            ))}
          </span>
        ))}
      </div>
      <ul class="state-totals">
        {totals.map(({ state, seconds }) => (
          <li key={state}>
            <Badge tone={nodeTones[state]}>{state}</Badge> {formatDuration(seconds)}
          </li>
        ))}
      </ul>
      <details>
        <summary>Table</summary>
        <div class="state-table" tabIndex={0} role="region" aria-label="States as reported">
          <table class="node-table">
            <thead>
              <tr>
                <th scope="col">Reported</th>
                <th scope="col">State</th>
                <th scope="col">Metrics</th>
                <th scope="col">Jobs</th>
                <th scope="col">Threads</th>
                <th scope="col">Memory</th>
              </tr>
            </thead>
            <tbody>
              {states.map((row, index) => (
                <tr key={index}>
                  <th scope="row">{formatTime(row.time, zone)}</th>
                  <td>
                    <Badge tone={nodeTones[row.state]}>{row.state}</Badge>
                  </td>
                  <td>{row.health ?? '–'}</td>
                  <td>{row.jobsRunning ?? '–'}</td>
                  <td>{row.cpusAllocated ?? '–'}</td>
                  <td>{formatQuantity(row.memoryAllocated, { base: 'B', prefix: 'M' })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
