import { useState } from 'preact/hooks';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/fields.js';
import type { JobFilter } from './job-filter.js';
import { parseSpan } from './span.js';

/** Properties of the panels of a condition. */
export interface FilterFieldsProps {
  filter: JobFilter;
  onChange: (next: Partial<JobFilter>) => void;
  onDone: () => void;
}

/** From how long to how long a job took. */
export function DurationFields({ filter, onChange, onDone }: FilterFieldsProps) {
  const [least, setLeast] = useState(filter.minDuration?.text ?? '');
  const [most, setMost] = useState(filter.maxDuration?.text ?? '');
  const [minDuration, maxDuration] = [parseSpan(least), parseSpan(most)];
  const error = (text: string, span: unknown) =>
    text.trim() !== '' && span === undefined ? 'For example 90s, 15m, 2h, 7d' : undefined;
  const leastError = error(least, minDuration);
  const mostError = error(most, maxDuration);
  return (
    <form
      class="pill-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (leastError !== undefined || mostError !== undefined) return;
        onDone();
        onChange({ minDuration, maxDuration });
      }}
    >
      <TextField label="At least" placeholder="5m" value={least} onValue={setLeast} error={leastError} />
      <TextField label="At most" placeholder="2h" value={most} onValue={setMost} error={mostError} />
      <Button type="submit" kind="primary">
        Apply
      </Button>
    </form>
  );
}
