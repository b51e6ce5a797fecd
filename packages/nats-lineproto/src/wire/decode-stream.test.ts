import { describe, expect, it } from 'vitest';
import { isLineProtocolError } from '../errors.js';
import { decode, type Entry } from './decode.js';
import { decodeStream } from './decode-stream.js';

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(typeof part === 'string' ? Buffer.from(part) : part);
}

async function collect(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

describe('decodeStream', () => {
  it('joins an entry that is cut inside a character, an escape and a string', async () => {
    const text = Buffer.from('m,k=é\\ x f="a\nb\\"c" 17\nn f=1');
    for (let cut = 0; cut <= text.length; cut++) {
      expect(await collect(decodeStream(chunks(text.subarray(0, cut), text.subarray(cut))))).toEqual([...decode(text)]);
    }
  });

  it('counts lines over chunks', async () => {
    const entries = await collect(
      decodeStream(chunks('# c\n\na f=1\n', 'b f="x\ny', 'z"\n  b f=oops 1\n', '\nc f=2\rx')),
    );
    expect(
      entries.map((entry) => (entry.type === 'error' ? `${entry.line}:${entry.column}` : entry.measurement)),
    ).toEqual(['a', 'b', '6:5', '8:6', '8:1']);
  });

  it('yields an entry as soon as the byte behind it has come', async () => {
    let given = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (const part of ['a f=1\n', 'b f=2', '\n', 'c f=3']) {
        given++;
        yield await Promise.resolve(Buffer.from(part));
      }
    }
    const seen: [string, number][] = [];
    for await (const entry of decodeStream(source()))
      seen.push([entry.type === 'point' ? entry.measurement : '', given]);
    expect(seen).toEqual([
      ['a', 1],
      ['b', 3],
      ['c', 4],
    ]);
  });

  it('passes its options on', async () => {
    const entries = decodeStream(chunks('m, f=5i 1700000000\nm f=1'), {
      precision: 's',
      tolerant: true,
      defaultTime: 7_999_999_999n,
      integers: 'number',
    });
    const times: unknown[] = [];
    for await (const entry of entries) if (entry.type === 'point') times.push(entry.time, entry.fields[0]?.value);
    expect(times).toEqual([1_700_000_000_000_000_000n, 5, 7_000_000_000n, 1]);
  });

  it('takes a long entry that comes in small pieces', async () => {
    const text = Buffer.from(`m s="${'line\n\\"'.repeat(100_000)}" 5\nn f=1\n`);
    const parts = Array.from({ length: Math.ceil(text.length / 1000) }, (_, index) =>
      text.subarray(index * 1000, index * 1000 + 1000),
    );
    expect(await collect(decodeStream(chunks(...parts)))).toEqual([...decode(text)]);
  });

  it('ends with an error when an entry is longer than it may be', async () => {
    const failure = await collect(
      decodeStream(chunks('a f=1\nb f="', 'x'.repeat(100), '\n'), { maxEntryBytes: 64 }),
    ).catch((error: unknown) => error);
    expect(isLineProtocolError(failure) && [failure.code, failure.details]).toEqual([
      'entry_too_long',
      { maxEntryBytes: 64 },
    ]);
  });

  it('reads long chunks of short entries whatever the longest entry may be', async () => {
    const text = 'a f=1\n'.repeat(1000);
    expect(await collect(decodeStream(chunks(text, text), { maxEntryBytes: 8 }))).toHaveLength(2000);
  });

  it.each([0, -1, NaN])('refuses maxEntryBytes %d', async (maxEntryBytes) => {
    await expect(collect(decodeStream(chunks('a f=1'), { maxEntryBytes }))).rejects.toThrow(/maxEntryBytes/);
  });

  it('ends its source when it is left', async () => {
    let isEnded = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(Buffer.from('a f=1\n'));
      } finally {
        isEnded = true;
      }
    }
    for await (const entry of decodeStream(source())) {
      expect(entry.type).toBe('point');
      break;
    }
    expect(isEnded).toBe(true);
  });

  it('passes on what its source throws', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('a f=1\n'));
      throw new Error('cut off');
    }
    await expect(collect(decodeStream(source()))).rejects.toThrow('cut off');
  });
});
