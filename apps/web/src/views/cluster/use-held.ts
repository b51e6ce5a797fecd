import { useRef } from 'preact/hooks';

/**
 * A value that stays as it is while it is held, so that nothing moves under the pointer of who reads it; the newest one as
 * soon as it is not.
 */
export function useHeld<T>(value: T, isHeld: boolean): T {
  const shown = useRef(value);
  if (!isHeld) shown.current = value;
  return shown.current;
}
