import type { ComponentChildren, JSX } from 'preact';
import './button.css';

/** Properties of {@link Button}. */
export interface ButtonProps extends Omit<JSX.ButtonHTMLAttributes, 'type' | 'icon'> {
  /** `primary`: the one thing to do here; `danger`: takes something away; `quiet`: no frame. Default `plain`. */
  kind?: 'plain' | 'primary' | 'danger' | 'quiet' | undefined;
  type?: 'button' | 'submit' | undefined;
  children: ComponentChildren;
}

export function Button({ kind = 'plain', type = 'button', children, ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} class={`button button-${kind} ${rest.class ?? ''}`}>
      {children}
    </button>
  );
}

/** Properties of {@link Segments}. */
export interface SegmentsProps<T extends string> {
  /** What is chosen: "Theme". */
  label: string;
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few values, all of them in sight. */
export function Segments<T extends string>({ label, options, value, onChange }: SegmentsProps<T>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          class="segment"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
