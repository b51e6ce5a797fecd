import type { ComponentChildren, JSX } from 'preact';
import { useApp } from '../app-context.js';
import type { Route } from './route.js';

/** Properties of {@link Link}. */
export interface LinkProps extends Omit<JSX.AnchorHTMLAttributes, 'href'> {
  to: Route;
  query?: URLSearchParams | undefined;
  children: ComponentChildren;
}

/** A link inside of the page: a real one, so that it opens in a new tab too, but a plain click loads nothing anew. */
export function Link({ to, query, children, ...rest }: LinkProps) {
  const { router } = useApp();
  const onClick = (event: MouseEvent) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    router.navigate(to, { query });
  };
  return (
    <a {...rest} href={router.href(to, query)} onClick={onClick}>
      {children}
    </a>
  );
}

/** Whether a click means "go there", not "open it elsewhere". */
export const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey && !event.defaultPrevented;
