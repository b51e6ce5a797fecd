import { describe, expect, it } from 'vitest';
import { readDigitGroup, readDigits, readLastDigits } from './digits.js';

/** Whatever stands behind the digits, that is none. */
const others = ['.', '/', ':', ' ', '\0', '\x7f', '\x80', '\xff', 'i', '-'];

function inputOf(text: string): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(Buffer.from(text, 'latin1'));
  return { bytes, view: new DataView(bytes.buffer) };
}

describe('a group of digits', () => {
  it('is read with what it counts, whatever stands behind it', () => {
    for (let count = 0; count <= 4; count++) {
      for (const digits of ['0000', '9999', '1234', '0907', '9080']) {
        const text = digits.slice(0, count);
        for (const other of others) {
          for (const last of ['9', other]) {
            const { bytes, view } = inputOf((text + other + last + last + last).slice(0, 4));
            expect([text, other, readDigitGroup(view, 0)]).toEqual([text, other, Number(text) * 8 + count]);
            expect([text, other, readLastDigits(bytes, 0, 4)]).toEqual([text, other, Number(text) * 8 + count]);
          }
        }
      }
    }
  });

  it('ends where the input ends', () => {
    const { bytes } = inputOf('1234');
    expect([0, 1, 2, 3, 4].map((end) => readLastDigits(bytes, 0, end))).toEqual([0, 9, 98, 987, 9876]);
  });
});

describe('digits', () => {
  it('are refused where one of them is none', () => {
    for (let length = 1; length <= 9; length++) {
      const text = '987654321'.slice(0, length);
      const { bytes, view } = inputOf(text);
      expect(readDigits(bytes, view, 0, length)).toBe(Number(text));
      for (let at = 0; at < length; at++) {
        for (const other of others) {
          const bad = inputOf(text.slice(0, at) + other + text.slice(at + 1));
          expect(readDigits(bad.bytes, bad.view, 0, length)).toBe(-1);
        }
      }
    }
  });
});
