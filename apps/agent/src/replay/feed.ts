import type { Spool, SpoolEntry } from '@moorline/cc-store/spool';
import type { Pace } from './pace.js';
import { encodeCursor, type ReplayCursor } from './replay-cursor.js';
import { entryOf, type ReplayPlace } from './replay-entries.js';
import type { ReplayEvent } from './schedule.js';
import type { SwfDefect } from './swf-record.js';

/** Options of {@link feedSpool}. */
export interface FeedOptions {
  place: ReplayPlace;
  pace: Pace;
  signal: AbortSignal;
  /** Resolves when there is room in the spool for more. */
  roomFor(events: number): Promise<void>;
  /** Told of what went into the spool. */
  onAppended(events: number): void;
  onDefect(defect: SwfDefect): void;
}

/** Events that are put into the spool in one step. */
const batchSize = 256;

/**
 * Puts the events behind the cursor into the spool, at the chosen pace, the cursor always in one step with them.
 *
 * @param append writes to the spool; measured by the caller.
 */
export async function feedSpool(
  events: AsyncIterable<ReplayEvent>,
  cursor: ReplayCursor,
  append: Spool['append'],
  options: FeedOptions,
): Promise<void> {
  const { place, pace, signal, roomFor, onAppended, onDefect } = options;
  let read = 0;
  let batch: SpoolEntry[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await roomFor(batch.length);
    await append(batch, { cursor: encodeCursor({ ...cursor, events: read }) });
    onAppended(batch.length);
    batch = [];
  };
  for await (const event of events) {
    signal.throwIfAborted();
    if (event.kind === 'defect') onDefect(event.defect);
    else if (read >= cursor.events) {
      if (batch.length >= batchSize || pace.dueIn(event.time) > 0) await flush();
      await pace.until(event.time, signal);
      batch.push(entryOf(event, place));
    }
    read++;
  }
  await flush();
}
