import type { Cluster } from '@moorline/control-api';
import { unitText } from '../../format/unit.js';
import { SelectField } from '../../ui/fields.js';
import type { Colour } from './selection.js';

/** Properties of {@link ColourChoice}. */
export interface ColourChoiceProps {
  cluster: Cluster;
  colour: Colour;
  onChange: (colour: Colour) => void;
}

/** What colours the cells: state, health, or a metric of the cluster. */
export function ColourChoice({ cluster, colour, onChange }: ColourChoiceProps) {
  const value = colour.by === 'metric' ? metricPrefix + colour.metric : colour.by;
  const options = [
    { value: 'status', label: 'State' },
    { value: 'health', label: 'Health' },
    ...cluster.metricConfig.map(({ name, unit }) => ({
      value: metricPrefix + name,
      label: unitText(unit) === '' ? name : `${name} (${unitText(unit)})`,
    })),
  ];
  // An address may name what is no longer measured.
  if (!options.some((option) => option.value === value)) {
    options.push({ value, label: `${value.slice(metricPrefix.length)} (not measured here)` });
  }
  return (
    <SelectField label="Colour by" options={options} value={value} onValue={(chosen) => onChange(readColour(chosen))} />
  );
}

/** A metric may be called `health`. */
const metricPrefix = 'metric:';

function readColour(value: string): Colour {
  if (value === 'status' || value === 'health') return { by: value };
  return { by: 'metric', metric: value.slice(metricPrefix.length) };
}
