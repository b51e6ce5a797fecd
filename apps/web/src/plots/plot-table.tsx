import { useState } from 'preact/hooks';
import { formatTime } from '../format/time.js';
import { formatNumber, type Scale } from '../format/unit.js';
import { timeZone } from '../ui/preferences.js';
import type { TimeWindow } from './decimate.js';
import type { PlotData } from './plot-series.js';
import { mergedTimes, valueAt } from './table-rows.js';

/** Properties of {@link PlotTable}. */
export interface PlotTableProps {
  data: PlotData;
  shown: TimeWindow;
  scale: Scale;
}

const rowHeight = 24;
const viewHeight = 288;
/** Rows beyond the edge, so that scrolling does not outrun what is there. */
const spare = 6;

/** The numbers behind a plot, over the time that is shown; only the rows in sight are in the document. */
export function PlotTable({ data, shown, scale }: PlotTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="plot-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Table</summary>
      {isOpen ? <Rows data={data} shown={shown} scale={scale} /> : null}
    </details>
  );
}

function Rows({ data, shown, scale }: PlotTableProps) {
  const [top, setTop] = useState(0);
  const times = mergedTimes(data.series).filter((time) => time >= shown.from && time <= shown.to);
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const rows = [...times.subarray(first, first + Math.ceil(viewHeight / rowHeight) + 2 * spare)];
  const unit = scale.unit === '' ? '' : ` (${scale.unit})`;
  return (
    <div
      class="plot-table"
      tabIndex={0}
      role="region"
      aria-label={`Values of ${data.metric}`}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <table aria-rowcount={times.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Time</th>
            {data.series.map(({ key, label }) => (
              <th key={key} scope="col">
                <span class="text">{label}</span>
                {unit}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={first * rowHeight} />
          {rows.map((time, index) => (
            <tr key={time} aria-rowindex={first + index + 2}>
              <th scope="row">{formatTime(time, timeZone.value)}</th>
              {data.series.map((series) => (
                <td key={series.key} class="number">
                  {formatNumber(valueAt(series, time) * scale.factor, 4)}
                </td>
              ))}
            </tr>
          ))}
          <Spacer height={Math.max(0, times.length - first - rows.length) * rowHeight} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands in for rows that are out of sight. */
function Spacer({ height }: { height: number }) {
  return height === 0 ? null : <tr aria-hidden="true" style={{ height: `${height}px` }} />;
}
