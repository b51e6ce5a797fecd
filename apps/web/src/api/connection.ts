import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '@moorline/core';

/** Whether the control plane answers, as requests and the live channel find it. */
export interface Connection {
  state: ReadonlySignal<'connecting' | 'online' | 'offline'>;
  /** Unix milliseconds of the first failure of an outage. */
  offlineSince: ReadonlySignal<number | undefined>;
  /** It answered something. */
  answered(): void;
  /** It could not be reached. */
  failed(): void;
}

export function createConnection(clock: Clock): Connection {
  const state = signal<'connecting' | 'online' | 'offline'>('connecting');
  const offlineSince = signal<number | undefined>(undefined);
  return {
    state,
    offlineSince,
    answered() {
      state.value = 'online';
      offlineSince.value = undefined;
    },
    failed() {
      offlineSince.value ??= clock.now();
      state.value = 'offline';
    },
  };
}
