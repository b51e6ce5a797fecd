import type { ControlClient, LiveEvent, LiveState, LiveSubscription } from '@moorline/control-api';
import type { Connection } from './connection.js';

export type LiveListener = (event: LiveEvent) => void;

/** The one live channel of the page: whoever wants events listens here. */
export interface Live {
  /** @returns what ends the listening. */
  listen(listener: LiveListener): () => void;
  /** Connects, as whoever is signed in now, and stays so. */
  start(): void;
  stop(): void;
}

/** Options of {@link createLive}. */
export interface LiveOptions {
  control: Pick<ControlClient, 'subscribeLive'>;
  connection: Connection;
  /** The server refuses: told why. */
  onRefused: (error: unknown) => void;
}

/** Milliseconds between attempts, at most: somebody looks at it. */
const maxDelayMs = 10_000;

export function createLive({ control, connection, onRefused }: LiveOptions): Live {
  const listeners = new Set<LiveListener>();
  let subscription: LiveSubscription | undefined;
  const onState = (state: LiveState): void => {
    if (state.state === 'open') connection.answered();
    if (state.state === 'waiting') connection.failed();
  };
  const read = async (from: LiveSubscription): Promise<void> => {
    try {
      for await (const event of from) for (const listener of [...listeners]) listener(event);
    } catch (error) {
      onRefused(error);
    }
  };
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      if (subscription !== undefined) return;
      subscription = control.subscribeLive({ maxDelayMs, onState });
      void read(subscription);
    },
    stop() {
      subscription?.close();
      subscription = undefined;
    },
  };
}
