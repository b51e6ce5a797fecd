import type { JetStreamMessages } from './connection.js';

/**
 * Ends a request for messages; those that are on their way still come out of it, and then it is over. `close()` of the
 * clients drops them, and the server takes them for being handled until `ack_wait` is over.
 */
export function endFetch(messages: JetStreamMessages): void {
  // Both versions of the client end the request when its subscription is drained, and neither declares that one.
  const subscription: unknown = Reflect.get(messages, 'sub');
  if (isDrainable(subscription)) subscription.drain().catch(() => void messages.close());
  else void messages.close();
}

interface Drainable {
  drain(): Promise<unknown>;
}

const isDrainable = (value: unknown): value is Drainable =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'drain') === 'function';
