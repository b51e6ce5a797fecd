import type { ComponentChildren } from 'preact';
import { usePopover } from './use-popover.js';
import './menu.css';

/** Properties of {@link Menu}. */
export interface MenuProps {
  /** For screen readers: what the button opens. */
  label: string;
  /** On the button. */
  button: ComponentChildren;
  children: ComponentChildren;
}

/** A panel of settings and things to do below a button. */
export function Menu({ label, button, children }: MenuProps) {
  const popover = usePopover();
  return (
    <>
      <button ref={popover.button} type="button" class="menu-button" popovertarget={popover.id} aria-label={label}>
        <span class="menu-button-text text">{button}</span>
        <span aria-hidden="true">▾</span>
      </button>
      <div
        ref={popover.panel}
        id={popover.id}
        class="popover menu-panel"
        popover="auto"
        role="group"
        aria-label={label}
      >
        {children}
      </div>
    </>
  );
}
