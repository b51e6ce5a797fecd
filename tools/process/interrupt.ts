/**
 * Aborts on the first SIGINT or SIGTERM. Further ones change nothing: a terminal's Ctrl-C reaches us directly and once more
 * through npm, and children are ended by force anyway when they take too long.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    controller.abort(signal);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return controller.signal;
}
