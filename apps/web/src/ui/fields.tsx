import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useId } from 'preact/hooks';
import './fields.css';

interface FieldProps {
  label: string;
  /** Below the field: what it takes. */
  hint?: string | undefined;
  /** In place of the hint: what is wrong with what it holds. */
  error?: string | undefined;
}

/** Properties of {@link TextField}. */
export interface TextFieldProps
  extends FieldProps, Omit<JSX.InputHTMLAttributes, 'label' | 'value' | 'onInput' | 'ref' | 'list'> {
  value: string;
  onValue: (value: string) => void;
  inputRef?: RefObject<HTMLInputElement> | undefined;
  /** Offered while one types. */
  suggestions?: readonly string[] | undefined;
}

export function TextField({ label, hint, error, value, onValue, inputRef, suggestions, ...rest }: TextFieldProps) {
  const id = useId();
  const list = `${id}-list`;
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <input
        {...rest}
        {...(inputRef === undefined ? {} : { ref: inputRef })}
        {...(suggestions === undefined ? {} : { list })}
        id={id}
        class="field-control"
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {suggestions === undefined ? null : (
        <datalist id={list}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </Field>
  );
}

/** Properties of {@link SelectField}. */
export interface SelectFieldProps<T extends string> extends FieldProps {
  options: readonly { value: T; label: string }[];
  value: T;
  onValue: (value: T) => void;
}

export function SelectField<T extends string>({ label, hint, error, options, value, onValue }: SelectFieldProps<T>) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <select
        id={id}
        class="field-control"
        value={value}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.currentTarget.value);
          if (chosen !== undefined) onValue(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Properties of {@link CheckField}. */
export interface CheckFieldProps {
  label: ComponentChildren;
  isChecked: boolean;
  onChecked: (isChecked: boolean) => void;
}

export function CheckField({ label, isChecked, onChecked }: CheckFieldProps) {
  return (
    <label class="check-field">
      <input type="checkbox" checked={isChecked} onChange={(event) => onChecked(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

function Field({ id, label, hint, error, children }: FieldProps & { id: string; children: ComponentChildren }) {
  const note = error ?? hint;
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {children}
      <p
        id={`${id}-note`}
        class={error === undefined ? 'field-note' : 'field-note field-error'}
        hidden={note === undefined}
      >
        {note}
      </p>
    </div>
  );
}
