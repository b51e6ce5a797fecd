import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../app-context.js';

/** The time in Unix seconds, told anew every so often: for "12 min ago" and jobs that run. @param everyMs milliseconds. */
export function useNow(everyMs = 10_000): number {
  const { clock } = useApp();
  const [now, setNow] = useState(() => Math.floor(clock.now() / 1000));
  useEffect(() => {
    const tick = () => {
      setNow(Math.floor(clock.now() / 1000));
      timer = clock.setTimer(everyMs, tick);
    };
    let timer = clock.setTimer(everyMs, tick);
    return () => timer.cancel();
  }, [clock, everyMs]);
  return now;
}
