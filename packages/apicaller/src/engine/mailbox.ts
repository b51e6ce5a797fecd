/**
 * Hands events to `handle` one at a time, in the order in which they came: an event that comes while another is being
 * handled waits for its turn. Handling begins at once, so that after a `post` from outside the event has been handled.
 *
 * @param idle called when no event is waiting any more.
 */
export function mailbox<Event>(handle: (event: Event) => void, idle: () => void): { post(event: Event): void } {
  const waiting: Event[] = [];
  let isHandling = false;
  return {
    post(event) {
      waiting.push(event);
      if (isHandling) return;
      isHandling = true;
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) handle(next);
      } finally {
        isHandling = false;
      }
      idle();
    },
  };
}
