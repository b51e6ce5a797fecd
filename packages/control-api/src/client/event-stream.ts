import { type Clock, withDeadline } from '@moorline/core';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** How long a stream may be silent, and what ends it. */
export interface SilenceOptions {
  signal: AbortSignal;
  /** Milliseconds; 0 = for ever. */
  timeoutMs: number;
  attempted: string;
  clock: Clock;
}

/** Characters of one event at most. */
const longestEvent = 16 * 1024 ** 2;

/** The events of a stream, each when it is asked for. Leaves the stream cancelled, however it ends. */
export async function* readEvents(
  stream: ReadableStream<Uint8Array>,
  silence: SilenceOptions,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const arrived: EventSourceMessage[] = [];
  let fault: Error | undefined;
  const parser = createParser({
    onEvent: (event) => void arrived.push(event),
    // Fields that we do not know are the server's business; only an event without end is ours.
    onError: (error) => void (error.type === 'max-buffer-size-exceeded' && (fault = error)),
    maxBufferSize: longestEvent,
  });
  try {
    for (;;) {
      const { done, value } = await withDeadline(() => reader.read(), silence);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* arrived.splice(0);
      if (fault !== undefined) throw fault;
    }
  } finally {
    // Not waited for: of a stream that was copied it ends with its last copy.
    reader.cancel().catch(() => undefined);
  }
}
