import type { EntryView } from '../entry-view.js';

/** A field value as the original prints it, which is as Go prints the inside of the reference decoder's `Value`. */
export function dumpValue(entry: EntryView, index: number): string {
  const value = entry.fieldValue(index);
  switch (entry.fieldKind(index)) {
    case 'float':
      return dump(floatBits(Number(value)), [0x66]);
    case 'int':
      return dump(BigInt.asUintN(64, BigInt(value)), [0x69]);
    case 'uint':
      return dump(BigInt(value), [0x75]);
    case 'boolean':
      return dump(value === true ? 1n : 0n, [0x62]);
    case 'string':
      return dump(0n, [...new TextEncoder().encode(String(value))]);
  }
}

function dump(number: bigint, bytes: readonly number[]): string {
  const list = bytes.map((byte) => `0x${byte.toString(16)}`).join(', ');
  return `lineprotocol.Value{number:0x${number.toString(16)}, bytes:[]uint8{${list}}}`;
}

function floatBits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}
