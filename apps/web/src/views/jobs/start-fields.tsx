import { useState } from 'preact/hooks';
import { formatTime, type Zone } from '../../format/time.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/fields.js';
import { timeZone } from '../../ui/preferences.js';
import type { FilterFieldsProps } from './duration-fields.js';
import type { JobFilter } from './job-filter.js';
import { fieldText, readFieldText } from './field-time.js';
import { parseSpan } from './span.js';

const recent = [
  { text: '1h', label: 'Last hour' },
  { text: '24h', label: 'Last 24 hours' },
  { text: '7d', label: 'Last 7 days' },
  { text: '30d', label: 'Last 30 days' },
];

/** What the button says; undefined where the start does not matter. */
export function startText({ within, from, to }: JobFilter): string | undefined {
  if (within !== undefined) {
    return recent.find(({ text }) => text === within.text)?.label.toLowerCase() ?? `last ${within.text}`;
  }
  const zone = timeZone.value;
  if (from === undefined && to === undefined) return undefined;
  if (to === undefined) return `from ${formatTime(from, zone)}`;
  return from === undefined ? `until ${formatTime(to, zone)}` : `${formatTime(from, zone)} – ${formatTime(to, zone)}`;
}

/** When a job started: lately, or between two moments in the zone that times are shown in. */
export function StartFields({ filter, onChange, onDone }: FilterFieldsProps) {
  const zone: Zone = timeZone.value;
  const [from, setFrom] = useState(fieldText(filter.from, zone));
  const [to, setTo] = useState(fieldText(filter.to, zone));
  const choose = (next: Partial<JobFilter>) => {
    onDone();
    onChange(next);
  };
  return (
    <div class="pill-form">
      <div class="job-recent">
        {recent.map(({ text, label }) => (
          <Button
            key={text}
            aria-pressed={filter.within?.text === text}
            onClick={() => choose({ within: parseSpan(text), from: undefined, to: undefined })}
          >
            {label}
          </Button>
        ))}
      </div>
      <form
        class="pill-form"
        onSubmit={(event) => {
          event.preventDefault();
          choose({ within: undefined, from: readFieldText(from, zone), to: readFieldText(to, zone) });
        }}
      >
        <TextField label={`From (${zoneName(zone)})`} type="datetime-local" value={from} onValue={setFrom} />
        <TextField label={`Until (${zoneName(zone)})`} type="datetime-local" value={to} onValue={setTo} />
        <Button type="submit" kind="primary">
          Apply
        </Button>
      </form>
    </div>
  );
}

const zoneName = (zone: Zone): string => (zone === 'utc' ? 'UTC' : 'local time');
