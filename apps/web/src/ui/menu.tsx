import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import './menu.css';

/** Properties of {@link Menu}. */
export interface MenuProps {
  /** For screen readers: what the button opens. */
  label: string;
  /** On the button. */
  button: ComponentChildren;
  children: ComponentChildren;
}

/** A panel below a button. The browser's popover closes it by Escape or a click elsewhere, and gives the focus back. */
export function Menu({ label, button, children }: MenuProps) {
  const id = useId();
  return (
    <div class="menu">
      <button type="button" class="menu-button" popovertarget={id} aria-label={label}>
        <span class="menu-button-text text">{button}</span>
        <span aria-hidden="true">▾</span>
      </button>
      <div id={id} class="menu-panel" popover="auto">
        {children}
      </div>
    </div>
  );
}
