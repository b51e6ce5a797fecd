import { useEffect, useRef, useState } from 'preact/hooks';

/** How sending a form goes. */
export interface Submit {
  isBusy: boolean;
  /** Why the last attempt failed. */
  error: unknown;
  /** Does it once at a time; a failure is kept, not thrown. */
  run: (work: (signal: AbortSignal) => Promise<void>) => void;
}

/** Sends what a dialog holds; what is still on its way when the dialog goes is aborted. */
export function useSubmit(): Submit {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const controller = useRef<AbortController>();
  useEffect(() => () => controller.current?.abort(), []);
  const run = async (work: (signal: AbortSignal) => Promise<void>) => {
    if (controller.current !== undefined) return;
    const own = new AbortController();
    controller.current = own;
    setBusy(true);
    setError(undefined);
    try {
      await work(own.signal);
    } catch (failure) {
      if (!own.signal.aborted) setError(failure);
    }
    controller.current = undefined;
    if (!own.signal.aborted) setBusy(false);
  };
  return { isBusy, error, run: (work) => void run(work) };
}
