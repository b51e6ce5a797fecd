import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '@moorline/core';

/** A short message at the edge of the page. */
export interface Notice {
  id: number;
  kind: 'info' | 'error';
  text: string;
}

/** Messages to the person: seen, and read out by a screen reader. */
export interface Notices {
  shown: ReadonlySignal<readonly Notice[]>;
  /** What only a screen reader says: "52 jobs". */
  announced: ReadonlySignal<string>;
  /** Shows a message; an `info` goes by itself, an `error` stays until it is closed. */
  show(text: string, kind?: Notice['kind']): void;
  close(id: number): void;
  announce(text: string): void;
}

const shownForMs = 6000;
/** More than that nobody reads: the oldest go. */
const shownAtOnce = 4;

export function createNotices(clock: Clock): Notices {
  const shown = signal<readonly Notice[]>([]);
  const announced = signal('');
  let lastId = 0;
  const close = (id: number) => {
    shown.value = shown.value.filter((notice) => notice.id !== id);
  };
  return {
    shown,
    announced,
    show(text, kind = 'info') {
      const id = ++lastId;
      shown.value = [...shown.value, { id, kind, text }].slice(-shownAtOnce);
      if (kind === 'info') clock.setTimer(shownForMs, () => close(id));
    },
    close,
    announce(text) {
      announced.value = text;
    },
  };
}
