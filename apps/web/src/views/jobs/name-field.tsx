import { useState } from 'preact/hooks';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/fields.js';
import { isTag } from './job-filter.js';

/** Properties of {@link NameField}. */
export interface NameFieldProps {
  label: string;
  /** A tag has a type and a name. Default `name`. */
  kind?: 'name' | 'tag' | undefined;
  value: string;
  suggestions: readonly string[];
  /** By Enter or the button; empty = none. */
  onApply: (value: string) => void;
}

/** The panel of a condition that is one name. */
export function NameField({ label, kind = 'name', value, suggestions, onApply }: NameFieldProps) {
  const [text, setText] = useState(value);
  const [error, setError] = useState<string | undefined>(undefined);
  return (
    <form
      class="pill-form"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = text.trim();
        if (kind === 'tag' && wanted !== '' && !isTag(wanted)) setError('A tag has a type and a name: type:name');
        else onApply(wanted);
      }}
    >
      <TextField
        label={label}
        value={text}
        onValue={setText}
        error={error}
        suggestions={suggestions}
        maxLength={kind === 'tag' ? 511 : 255}
        autocapitalize="none"
        spellcheck={false}
      />
      <Button type="submit" kind="primary">
        Apply
      </Button>
    </form>
  );
}
