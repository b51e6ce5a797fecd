import type { RefObject } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

/** What joins a button to the panel that it opens. */
export interface Popover {
  id: string;
  button: RefObject<HTMLButtonElement>;
  panel: RefObject<HTMLDivElement>;
  close: () => void;
}

const gap = 4;
const margin = 8;

/**
 * A panel in the browser's top layer, below its button and inside of the window. The browser closes it by Escape or a click elsewhere
 * and gives the focus back.
 */
export function usePopover(): Popover {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = (event: Event) => {
      const isOpen = 'newState' in event && event.newState === 'open';
      if (!isOpen || button.current === null || panel.current === null) return;
      const at = button.current.getBoundingClientRect();
      const { offsetWidth, offsetHeight, style } = panel.current;
      const left = Math.min(at.left, window.innerWidth - offsetWidth - margin);
      const below = at.bottom + gap;
      const above = at.top - gap - offsetHeight;
      const fitsBelow = below + offsetHeight <= window.innerHeight - margin;
      style.left = `${Math.max(margin, left)}px`;
      style.top = `${fitsBelow || above < margin ? below : above}px`;
      style.maxHeight = `${window.innerHeight - (fitsBelow || above < margin ? below : margin) - margin}px`;
      panel.current.querySelector<HTMLElement>('input, select, [autofocus]')?.focus();
    };
    const element = panel.current;
    element?.addEventListener('toggle', place);
    return () => element?.removeEventListener('toggle', place);
  }, []);
  return { id, button, panel, close: () => panel.current?.hidePopover() };
}
