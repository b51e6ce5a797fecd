import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import './dialog.css';

/** Properties of {@link Dialog}. */
export interface DialogProps {
  title: string;
  /** By Escape, by a click beside it, or by a button of its own. */
  onClose: () => void;
  /** Buttons at its foot, the main one last. */
  actions?: ComponentChildren;
  /** With one, Enter in a field does the main thing, and the main button is of type `submit`. */
  onSubmit?: (() => void) | undefined;
  children: ComponentChildren;
}

/** A question over the page, as long as it is rendered; the browser keeps the focus inside and gives it back. */
export function Dialog({ title, onClose, actions, onSubmit, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isGone = useRef(false);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => {
      isGone.current = true;
      element?.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onClose={() => {
        // The browser tells of the closing later, when another dialog may be in this one's place.
        if (!isGone.current) onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <form
        class="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit?.();
        }}
      >
        <h2 id={id} class="dialog-title">
          {title}
        </h2>
        <div class="dialog-body">{children}</div>
        {actions === undefined ? null : <div class="dialog-actions">{actions}</div>}
      </form>
    </dialog>
  );
}
