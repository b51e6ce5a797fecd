import { useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useApp } from '../app-context.js';
import './page.css';

/** Properties of {@link Page}. */
export interface PageProps {
  /** The view's heading and the window's title: plain text. */
  title: string;
  /** Beside the title: badges, what it belongs to. */
  aside?: ComponentChildren;
  /** At the end of the title's line: buttons. */
  actions?: ComponentChildren;
  /** The view fills the window and scrolls inside, as a long table does. */
  isFull?: boolean | undefined;
  children?: ComponentChildren;
}

/** The outside of a view: its one heading, which takes the focus when one comes here from another view. */
export function Page({ title, aside, actions, isFull = false, children }: PageProps) {
  const { router } = useApp();
  const heading = useRef<HTMLHeadingElement>(null);
  const moves = useRef(0);
  useEffect(() => {
    document.title = `${title} · Moorline`;
  }, [title]);
  useLayoutEffect(() => router.restoreScroll(), [router]);
  useSignalEffect(() => {
    if (moves.current === router.moves.value) return;
    moves.current = router.moves.value;
    heading.current?.focus({ preventScroll: true });
  });
  return (
    <div class={isFull ? 'page page-full' : 'page'}>
      <header class="page-head">
        <h1 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h1>
        {aside === undefined ? null : <div class="page-aside">{aside}</div>}
        {actions === undefined ? null : <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
