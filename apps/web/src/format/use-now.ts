import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../app-context.js';

/** The time in Unix seconds, again every `everyMs` while `isRunning`: for ages and durations that go on. */
export function useNow(everyMs: number, isRunning = true): number {
  const { clock } = useApp();
  const [now, setNow] = useState(() => clock.now() / 1000);
  useEffect(() => {
    if (!isRunning) return undefined;
    const tick = () => {
      setNow(clock.now() / 1000);
      timer = clock.setTimer(everyMs, tick);
    };
    let timer = clock.setTimer(everyMs, tick);
    return () => {
      timer.cancel();
    };
  }, [clock, everyMs, isRunning]);
  return now;
}
