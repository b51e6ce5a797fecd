import type { MetricConfig } from '@moorline/control-api';
import { formatNumber, formatQuantity, scaleFor, unitText } from '../../format/unit.js';
import { noPaint, ramp } from './colours.js';
import type { MetricScale } from './metric-scale.js';
import { hasThresholds, isLowerBetter } from './thresholds.js';

/** Properties of {@link MetricLegend}. */
export interface MetricLegendProps {
  metric: MetricConfig;
  /** Undefined where there are no values. */
  scale: MetricScale | undefined;
}

/** What the colours of a metric mean, in its unit. */
export function MetricLegend({ metric, scale }: MetricLegendProps) {
  const name = `${metric.name}${unitText(metric.unit) === '' ? '' : `, ${unitText(metric.unit)}`}`;
  if (scale === undefined) return <p class="legend-none">{name}: no value within the last fifteen minutes</p>;
  const { unit, factor } = scaleFor(Math.abs(scale.bounds.at(-1) ?? 0), metric.unit);
  const numbers = scale.bounds.map((bound) => formatNumber(bound * factor));
  const last = ramp.length - 1;
  const spanText = (step: number) => {
    if (step === 0 && scale.isOpenBelow) return `below ${numbers[1] ?? ''} ${unit}`;
    if (step === last && scale.isOpenAbove) return `${numbers[last] ?? ''} ${unit} and more`;
    return `${numbers[step] ?? ''} to ${numbers[step + 1] ?? ''} ${unit}`;
  };
  return (
    <figure class="legend">
      <figcaption class="legend-name text">
        {metric.name}
        {unit === '' ? '' : `, ${unit}`}
      </figcaption>
      <ol class="legend-steps">
        {ramp.map(({ background, ink }, step) => (
          <li
            key={background}
            class="legend-step"
            style={{ backgroundColor: background, color: ink }}
            title={spanText(step)}
          >
            <span class="visually-hidden">{spanText(step)}</span>
            <span aria-hidden="true">{step === 0 && scale.isOpenBelow ? '<' : numbers[step]}</span>
          </li>
        ))}
        <li class="legend-end number" aria-hidden="true">
          {scale.isOpenAbove ? 'and more' : numbers.at(-1)}
        </li>
      </ol>
      <p class="legend-none">
        <span class="chip-mark" aria-hidden="true" style={{ backgroundColor: noPaint.background, color: noPaint.ink }}>
          –
        </span>
        no value
      </p>
      {hasThresholds(metric) ? <p class="legend-none">{thresholdText(metric)}</p> : null}
    </figure>
  );
}

/** Of the cluster; the cells go by those of their subclusters. */
function thresholdText(metric: MetricConfig): string {
  const side = isLowerBetter(metric) ? 'from' : 'down from';
  const [caution, alert] = [metric.caution, metric.alert].map((value) => formatQuantity(value, metric.unit));
  const isUniform = (metric.subClusters ?? []).every(({ remove }) => remove === true);
  return `△ caution ${side} ${caution}, ▲ alert ${side} ${alert}${isUniform ? '' : '; others in some subclusters'}`;
}
