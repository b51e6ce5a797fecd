import type { ComponentChildren } from 'preact';
import { usePopover } from './use-popover.js';
import './filter-pill.css';

/** Properties of {@link FilterPill}. */
export interface FilterPillProps {
  /** What it filters by: "User". */
  label: string;
  /** What it is set to; undefined where it lets everything through. */
  value: string | undefined;
  onClear: () => void;
  /** The fields that set it; gets what closes the panel. */
  children: (close: () => void) => ComponentChildren;
}

/** One condition of a list: a button that says what it is set to and opens the fields for it, and one that takes it away. */
export function FilterPill({ label, value, onClear, children }: FilterPillProps) {
  const { id, button, panel, close } = usePopover();
  return (
    <div class={value === undefined ? 'pill' : 'pill is-set'}>
      <button ref={button} type="button" class="pill-button" popovertarget={id}>
        {value === undefined ? (
          label
        ) : (
          <>
            <span class="pill-label">{label}:</span>
            <span class="pill-value text">{value}</span>
          </>
        )}
        {value === undefined ? <span aria-hidden="true">▾</span> : null}
      </button>
      {value === undefined ? null : (
        <button
          type="button"
          class="pill-clear"
          aria-label={`Clear ${label}: ${value}`}
          onClick={() => {
            onClear();
            button.current?.focus();
          }}
        >
          ✕
        </button>
      )}
      <div ref={panel} id={id} class="popover pill-panel" popover="auto" role="group" aria-label={label}>
        {children(close)}
      </div>
    </div>
  );
}
