import { useEffect, useMemo, useRef } from 'preact/hooks';
import { formatNumber, formatQuantity } from '../format/unit.js';
import { theme } from '../ui/preferences.js';
import { EmptyState, ErrorState, Loading } from '../ui/states.js';
import type { MetricRanges } from './metric-ranges.js';
import type { PlotData } from './plot-series.js';
import { decadesAround, logShare, roofAt, type Roofs, rooflinePoints } from './roofline.js';
import { type LogAxis, rooflineCells } from './roofline-cells.js';
import { useInSight } from './use-in-sight.js';
import './roofline-plot.css';

/** Properties of {@link RooflinePlot}. */
export interface RooflinePlotProps {
  /** Names of the two metrics. */
  flops: string;
  bandwidth: string;
  /** What one node could do at best. */
  roofs: Roofs;
  ranges: MetricRanges;
}

const width = 640;
const height = 300;
const cell = 4;
const margin = { left: 74, top: 14, right: 12, bottom: 44 };
/** From the beginning to the end: viridis, without the end that the background swallows. */
const shadesOf = {
  light: ['#440154', '#46327e', '#365c8d', '#277f8e', '#1fa187', '#4ac16d'],
  dark: ['#46327e', '#365c8d', '#277f8e', '#1fa187', '#4ac16d', '#a0da39'],
};

/** How fast a job computed for what it read from memory, against what its nodes could. */
export function RooflinePlot({ flops, bandwidth, roofs, ranges }: RooflinePlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const isInSight = useInSight(box);
  useEffect(() => {
    if (!isInSight) return undefined;
    const releases = [flops, bandwidth].map((metric) => ranges.show(metric, 'node'));
    return () => {
      for (const release of releases) release();
    };
  }, [isInSight, ranges, flops, bandwidth]);
  const flopState = ranges.state(flops, 'node').value;
  const bandwidthState = ranges.state(bandwidth, 'node').value;
  const error = flopState.error ?? bandwidthState.error;
  return (
    <div ref={box}>
      <figure class="plot roofline">
        <figcaption class="plot-head">
          <h3>Roofline</h3>
          <span class="plot-unit">
            {flops} against {bandwidth}, each node
          </span>
        </figcaption>
        {flopState.data !== undefined && bandwidthState.data !== undefined ? (
          <Drawn flops={flopState.data} bandwidth={bandwidthState.data} roofs={roofs} />
        ) : error !== undefined ? (
          <ErrorState title="The roofline could not be read" error={error} onRetry={() => ranges.reload()} />
        ) : (
          <Loading label="Roofline" />
        )}
      </figure>
    </div>
  );
}

function Drawn({ flops, bandwidth, roofs }: { flops: PlotData; bandwidth: PlotData; roofs: Roofs }) {
  const points = useMemo(() => rooflinePoints(flops, bandwidth), [flops, bandwidth]);
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const knee = roofs.simd / roofs.bandwidth;
  const x = useMemo(() => decadesAround([...points.intensities, knee / 10, knee * 10]), [points, knee]);
  const y = useMemo(() => decadesAround([...points.rates, roofs.simd]), [points, roofs]);
  const grid = { x, y, columns: Math.floor(inner.width / cell), rows: Math.floor(inner.height / cell) };
  const shades = shadesOf[theme.value];
  const paths = useMemo(() => rooflineCells(points, { ...grid, shades: shades.length }), [points, x, y, shades.length]);
  if (points.rates.length === 0) {
    return <EmptyState title="Nothing to place">No moment has both work and memory traffic.</EmptyState>;
  }
  const best = points.rates.reduce((max, rate) => Math.max(max, rate), 0);
  const atX = (value: number) => logShare(value, x) * inner.width;
  const atY = (value: number) => inner.height * (1 - logShare(value, y));
  const roof = (peak: number) =>
    `M${atX(x.min)} ${atY(Math.max(y.min, roofAt(x.min, peak, roofs)))}L${atX(clamp(peak / roofs.bandwidth, x))} ${atY(peak)}L${atX(x.max)} ${atY(peak)}`;
  const label = `Roofline: ${points.rates.length} points; the fastest reached ${rate(best)} of ${rate(roofs.simd)}.`;
  return (
    <>
      <div class="roofline-scroll" tabIndex={0} role="region" aria-label="Roofline">
        <svg class="roofline-picture" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
          <g transform={`translate(${margin.left} ${margin.top})`}>
            <Axes x={x} y={y} inner={inner} atX={atX} atY={atY} />
            <svg width={inner.width} height={inner.height} overflow="hidden">
              <g transform={`scale(${inner.width / grid.columns} ${inner.height / grid.rows})`}>
                {paths.map((path, index) => (
                  <path key={index} d={path} fill={shades[index]} />
                ))}
              </g>
              <path class="roofline-roof" d={roof(roofs.simd)} />
              {roofs.scalar > 0 ? <path class="roofline-roof roofline-scalar" d={roof(roofs.scalar)} /> : null}
            </svg>
            <text class="roofline-label" x={inner.width - 4} y={atY(roofs.simd) - 4} text-anchor="end">
              SIMD {rate(roofs.simd)}
            </text>
            {roofs.scalar > 0 ? (
              <text class="roofline-label" x={inner.width - 4} y={atY(roofs.scalar) - 4} text-anchor="end">
                scalar {rate(roofs.scalar)}
              </text>
            ) : null}
          </g>
        </svg>
      </div>
      <p class="roofline-legend">
        <span>Beginning</span>
        <svg width="90" height="10" aria-hidden="true">
          {shades.map((colour, index) => (
            <rect key={colour} x={index * 15} width="15" height="10" fill={colour} />
          ))}
        </svg>
        <span>end</span>
      </p>
      <RooflineTable flops={flops} bandwidth={bandwidth} roofs={roofs} />
    </>
  );
}

interface AxesProps {
  x: LogAxis;
  y: LogAxis;
  inner: { width: number; height: number };
  atX: (value: number) => number;
  atY: (value: number) => number;
}

function Axes({ x, y, inner, atX, atY }: AxesProps) {
  return (
    <>
      {decades(x).map((value) => (
        <g key={value}>
          <path class="roofline-grid" d={`M${atX(value)} 0v${inner.height}`} />
          <text class="roofline-label" x={atX(value)} y={inner.height + 16} text-anchor="middle">
            {formatNumber(value)}
          </text>
        </g>
      ))}
      {decades(y).map((value) => (
        <g key={value}>
          <path class="roofline-grid" d={`M0 ${atY(value)}h${inner.width}`} />
          <text class="roofline-label" x={-6} y={atY(value)} dy="0.35em" text-anchor="end">
            {rate(value)}
          </text>
        </g>
      ))}
      <text class="roofline-label" x={inner.width / 2} y={inner.height + 36} text-anchor="middle">
        operations a byte
      </text>
    </>
  );
}

/** The numbers behind the plot, summed up by node. */
function RooflineTable({ flops, bandwidth, roofs }: { flops: PlotData; bandwidth: PlotData; roofs: Roofs }) {
  return (
    <details class="plot-details">
      <summary>Table</summary>
      <div class="plot-legend" tabIndex={0} role="region" aria-label="Roofline by node">
        <table>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Mean operations a byte</th>
              <th scope="col">Mean rate</th>
              <th scope="col">Best rate</th>
              <th scope="col">Of the peak</th>
            </tr>
          </thead>
          <tbody>
            {flops.series.map((series) => {
              const { rates, intensities } = rooflinePoints({ ...flops, series: [series] }, bandwidth);
              const best = rates.length === 0 ? Number.NaN : Math.max(...rates);
              return (
                <tr key={series.key}>
                  <td>{series.host}</td>
                  <td class="number">{formatNumber(mean(intensities))}</td>
                  <td class="number">{rate(mean(rates))}</td>
                  <td class="number">{rate(best)}</td>
                  <td class="number">{formatQuantity((best / roofs.simd) * 100, { base: '%' })}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const rate = (value: number): string => formatQuantity(value, { base: 'F/s' });
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const clamp = (value: number, { min, max }: LogAxis): number => Math.min(max, Math.max(min, value));

function decades({ min, max }: LogAxis): number[] {
  const first = Math.round(Math.log10(min));
  const count = Math.round(Math.log10(max)) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(`1e${first + index}`));
}
