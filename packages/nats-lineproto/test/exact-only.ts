import type { Entry } from '../src/index.js';
import type { BigintDecodeOptions } from '../src/wire/decode.js';
import { EntryReader } from '../src/wire/entry-reader.js';
import { ExactScanner } from '../src/wire/exact-scanner.js';
import { LineCounter } from '../src/wire/line-error.js';
import { PointBuilder, toBigint } from '../src/wire/point-builder.js';

/** What `decode` yields, by the exact scanner alone: the regular scanner must not change it. */
export function decodeExactly(bytes: Uint8Array, options: BigintDecodeOptions = {}): Entry[] {
  const { tape, defaultTime } = new EntryReader(options);
  const scanner = new ExactScanner(options.precision ?? 'ns', options.tolerant ?? false);
  const lines = new LineCounter();
  const entries: Entry[] = [];
  for (;;) {
    const result = scanner.scan(tape, bytes, scanner.pos, bytes.length);
    if (result === 'end') return entries;
    if (scanner.fault !== undefined) entries.push(lines.locate(scanner.fault, bytes));
    else {
      const builder = new PointBuilder<bigint>(toBigint);
      builder.setInput(bytes, bytes.length);
      entries.push(builder.build({ tape, defaultTime }));
    }
  }
}
