import type { Timer } from '@moorline/core';
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../../app-context.js';

/** Milliseconds of rest after which a place is worth keeping: browsers limit how often the history may be written. */
const restMs = 150;

const presses = ['pointerdown', 'keydown'] as const;

/**
 * Keeps with the history's entry how far an element has scrolled, so that the back button leads to the same rows.
 *
 * @param name of what is kept; undefined keeps nothing.
 * @returns pixels where it was left, 0 the first time.
 */
export function useKeptScroll(scroller: RefObject<HTMLElement>, name: string | undefined): number {
  const { router, clock } = useApp();
  const [initial] = useState(() => (name === undefined ? 0 : Number(router.kept(name) ?? 0)));
  useEffect(() => {
    const element = scroller.current;
    if (element === null || name === undefined) return;
    let timer: Timer | undefined;
    const keep = () => {
      timer = undefined;
      router.keep(name, element.scrollTop);
    };
    let scrolledAt = 0;
    const keepAtRest = () => {
      const waitMs = scrolledAt + restMs - clock.monotonic();
      if (waitMs > 0) timer = clock.setTimer(waitMs, keepAtRest);
      else keep();
    };
    // One timer for all of it: a new one each frame is work that the frame has no time for.
    const onScroll = () => {
      scrolledAt = clock.monotonic();
      timer ??= clock.setTimer(restMs, keepAtRest);
    };
    // What is pressed may lead away before the rest is over.
    const onPress = () => {
      if (timer === undefined) return;
      timer.cancel();
      keep();
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    for (const press of presses) element.addEventListener(press, onPress, { capture: true });
    return () => {
      timer?.cancel();
      element.removeEventListener('scroll', onScroll);
      for (const press of presses) element.removeEventListener(press, onPress, { capture: true });
    };
  }, [scroller, name, router, clock]);
  return initial;
}
