import { expect, it } from 'vitest';
import { skipPlain } from './plain-bytes.js';

const isSpecial = (byte: number): boolean => byte < 0x20 || byte >= 0x80 || byte === 0x22 || byte === 0x5c;

it('finds the first byte that means more than itself, whatever comes before and behind it', () => {
  for (const neighbour of [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f]) {
    for (let byte = 0; byte < 256; byte++) {
      for (let at = 0; at < 7; at++) {
        for (const behind of [neighbour, 0x22, 0x5c, 0x1f, 0x80]) {
          const bytes = new Uint8Array(9).fill(neighbour).fill(behind, at + 1);
          bytes[at] = byte;
          const view = new DataView(bytes.buffer);
          const special = bytes.findIndex(isSpecial);
          for (let end = 0; end <= bytes.length; end++) {
            const expected = special < 0 ? end : Math.min(special, end);
            if (skipPlain(bytes, view, 0, end) !== expected) expect.fail(`${bytes.join(' ')} up to ${end}`);
          }
        }
      }
    }
  }
});
