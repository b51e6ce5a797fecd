import type { RefObject } from 'preact';

/** Leads to the first field that is wrong, once the page says so. */
export function focusFirstError(form: RefObject<HTMLElement>): void {
  requestAnimationFrame(() => {
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"], fieldset[aria-describedby] input');
    wrong?.focus();
  });
}
