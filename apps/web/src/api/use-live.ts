import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../app-context.js';
import type { LiveListener } from './live.js';

/** Tells a component of each live event while it is shown. */
export function useLive(listener: LiveListener): void {
  const { live } = useApp();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => live.listen((event) => latest.current(event)), [live]);
}
