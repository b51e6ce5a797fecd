import type { Signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { formatNumber, type Scale, unitText } from '../format/unit.js';
import { Button } from '../ui/button.js';
import { theme } from '../ui/preferences.js';
import { LineMark } from './line-mark.js';
import { lookAt } from './palette.js';
import type { PlotData } from './plot-series.js';
import type { SeriesStatistics } from './statistics.js';

/** Properties of {@link Legend}. */
export interface LegendProps {
  data: PlotData;
  /** One element a series: over the time that is shown. */
  statistics: readonly (SeriesStatistics | undefined)[];
  scale: Scale;
  hidden: Signal<ReadonlySet<string>>;
  highlighted: Signal<string | undefined>;
}

/** More lines than this are folded away: the plot comes first. */
const shownOpen = 4;

/** The lines of a plot by name, with their numbers: each can be hidden, and is highlighted while one points at it. */
export function Legend({ data, statistics, scale, hidden, highlighted }: LegendProps) {
  const { series } = data;
  const [isOpen, setOpen] = useState(series.length <= shownOpen);
  const shown = series.filter(({ key }) => !hidden.value.has(key)).length;
  return (
    <details class="plot-details" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {shown === series.length ? `Lines (${series.length})` : `Lines (${shown} of ${series.length} shown)`}
      </summary>
      {isOpen ? <Lines {...{ data, statistics, scale, hidden, highlighted }} /> : null}
    </details>
  );
}

/** Rendered only while it is unfolded: sixty-four rows a plot are work each time a zoom comes to rest. */
function Lines({ data, statistics, scale, hidden, highlighted }: LegendProps) {
  const { series } = data;
  const toggle = (key: string) => {
    const next = new Set(hidden.peek());
    if (!next.delete(key)) next.add(key);
    hidden.value = next;
  };
  return (
    <>
      {series.length > 1 ? (
        <div class="plot-legend-actions">
          <Button kind="quiet" onClick={() => (hidden.value = new Set())}>
            Show all
          </Button>
          <Button kind="quiet" onClick={() => (hidden.value = new Set(series.map(({ key }) => key)))}>
            Hide all
          </Button>
        </div>
      ) : null}
      <div class="plot-legend" tabIndex={0} role="region" aria-label={`Lines of ${data.metric}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Min</th>
              <th scope="col">Avg</th>
              <th scope="col">Max {scale.unit === '' ? unitText(data.unit) : scale.unit}</th>
            </tr>
          </thead>
          <tbody onPointerLeave={() => (highlighted.value = undefined)}>
            {series.map(({ key, label }, index) => (
              <tr
                key={key}
                onPointerEnter={() => (highlighted.value = key)}
                data-highlighted={highlighted.value === key}
              >
                <td>
                  <label class="plot-line-name">
                    <input
                      type="checkbox"
                      checked={!hidden.value.has(key)}
                      onChange={() => toggle(key)}
                      onFocus={() => (highlighted.value = key)}
                      onBlur={() => (highlighted.value = undefined)}
                    />
                    <LineMark look={lookAt(index, theme.value)} />
                    <span class="text">{label}</span>
                  </label>
                </td>
                {(['min', 'avg', 'max'] as const).map((name) => (
                  <td key={name} class="number">
                    {formatNumber(scaled(statistics[index]?.[name], scale))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function scaled(value: number | undefined, { factor }: Scale): number | undefined {
  return value === undefined ? undefined : value * factor;
}
