import { isDeepStrictEqual } from 'node:util';
import {
  decode,
  decodeMetricSamples,
  decodeStream,
  Encoder,
  type Entry,
  isLineProtocolError,
  type Precision,
  readMessages,
  visit,
} from '../src/index.js';
import { decodeExactly } from './exact-only.js';
import type { TextGenerator } from './generate.js';

const precisions: readonly Precision[] = ['ns', 'ns', 'us', 'ms', 's'];

/**
 * What must hold for every text, whatever its bytes: nothing throws; both scanners agree; what a point says survives
 * encoding.
 *
 * @throws Error that says what does not hold, with the text.
 */
export function checkText(text: Uint8Array, generator: TextGenerator): Entry[] {
  const options = {
    precision: precisions[generator.below(precisions.length)] ?? 'ns',
    tolerant: generator.below(4) === 0,
    defaultTime: generator.below(2) === 0 ? undefined : 1_234_567_890_123_456_789n,
  };
  const entries = [...decode(text, options)];
  demand(isDeepStrictEqual(entries, decodeExactly(text, options)), 'both scanners agree', text);
  demand(isDeepStrictEqual(entries.map(encodeAgain), entries.map(plain)), 'a point survives encoding', text);
  readAllOtherWays(text);
  return entries;
}

/** A text that comes in pieces is read as the whole. */
export async function checkSplit(text: Uint8Array, generator: TextGenerator): Promise<void> {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < text.length;) {
    const next = at + generator.below(1 + generator.below(text.length + 2));
    chunks.push(text.subarray(at, next));
    at = next;
  }
  const entries: Entry[] = [];
  for await (const entry of decodeStream(fromArray(chunks))) entries.push(entry);
  demand(
    isDeepStrictEqual(entries, [...decode(text)]),
    `the pieces of ${chunks.map(({ length }) => length).join()} bytes are read as the whole`,
    text,
  );
}

async function* fromArray(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

/** The entry after a round trip through the encoder; an entry that the encoder rightly refuses as it is. */
function encodeAgain(entry: Entry): unknown {
  if (entry.type === 'error') return entry;
  try {
    const [again] = decode(new Encoder().encode(entry).bytes());
    return again === undefined ? 'nothing' : plain(again);
  } catch (error) {
    if (isLineProtocolError(error) && refusals.has(error.code)) return plain(entry);
    throw error;
  }
}

/** Tag keys that come twice, and the empty tag values of the tolerant decoder. */
const refusals: ReadonlySet<string> = new Set(['duplicate_tag', 'empty_name']);

/** What of an entry survives: its tags in order, the time that it was given. */
function plain(entry: Entry): unknown {
  if (entry.type === 'error') return entry;
  const tags = entry.tags.map(({ key, value }) => `${key}=${value}`).sort();
  return { measurement: entry.measurement, tags, fields: entry.fields, time: entry.time };
}

function readAllOtherWays(text: Uint8Array): void {
  visit(text, { entry: (view) => view.fieldValue(0), error: () => undefined });
  decodeMetricSamples(text, { defaultCluster: 'c', now: 1_700_000_000_000, isMetric: (name) => name !== 'cpu' });
  for (const message of readMessages(text)) demand(message.type !== undefined, 'a message has a type', text);
}

function demand(holds: boolean, what: string, text: Uint8Array): void {
  if (!holds) throw new Error(`It does not hold that ${what}: ${JSON.stringify(Buffer.from(text).toString('latin1'))}`);
}
