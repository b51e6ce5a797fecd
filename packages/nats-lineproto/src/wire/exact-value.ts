import { BOOLEAN, FLOAT, INT, UINT } from './entry-tape.js';
import { parseFloatText } from './go-float.js';
import { quoteBytes } from './go-quote.js';
import { maxNanoseconds, minNanoseconds, type Precision, unitNanoseconds } from './precision.js';

/** A number or a boolean as the tape holds it. */
export interface ExactValue {
  readonly kind: number;
  /** NaN where a double does not hold the value exactly: then it is read from its text. */
  readonly number: number;
}

/** Why a value is none. */
export interface ValueFault {
  readonly reason: string;
  readonly isOutOfRange: boolean;
}

const outOfRange: ValueFault = { reason: 'line-protocol value out of range', isOutOfRange: true };

/** Reads a bare value whose first byte has said that it is a number or a boolean (docs/protocol.md §2.4). */
export function parseValue(bytes: Uint8Array, start: number, end: number): ExactValue | ValueFault {
  const text = asciiText(bytes, start, end);
  if (/^[tTfF]/.test(text)) return parseBoolean(text, bytes, start, end);
  if (text.endsWith('i')) return parseInteger(text.slice(0, -1), INT, 'invalid integer value syntax');
  if (text.endsWith('u')) return parseInteger(text.slice(0, -1), UINT, 'invalid unsigned integer value syntax');
  const number = parseFloatText(text);
  switch (number) {
    case 'range':
      return outOfRange;
    case 'syntax':
      return syntax('invalid float value syntax');
    case 'non-number':
      return syntax(`non-number ${quoteBytes(bytes, start, end)} cannot be represented as a line-protocol field value`);
    default:
      return { kind: FLOAT, number };
  }
}

/** A timestamp, split at the second. */
export interface SplitTime {
  readonly seconds: number;
  readonly nanos: number;
}

/** Reads a run of digits and minus signs as a timestamp (docs/protocol.md §2.5). */
export function parseTimestamp(
  bytes: Uint8Array,
  start: number,
  end: number,
  precision: Precision,
): SplitTime | ValueFault {
  const text = asciiText(bytes, start, end);
  if (!/^-?\d+$/.test(text)) return syntax('invalid syntax');
  const nanoseconds = BigInt(text) * unitNanoseconds(precision);
  if (nanoseconds < minNanoseconds || nanoseconds > maxNanoseconds) return outOfRange;
  return splitNanoseconds(nanoseconds);
}

/** Whole seconds, rounded down, and the nanoseconds above them. */
export function splitNanoseconds(nanoseconds: bigint): SplitTime {
  const rest = nanoseconds % 1_000_000_000n;
  const nanos = rest < 0n ? rest + 1_000_000_000n : rest;
  return { seconds: Number((nanoseconds - nanos) / 1_000_000_000n), nanos: Number(nanos) };
}

export function joinNanoseconds(seconds: number, nanos: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

const trueTexts = new Set(['t', 'T', 'true', 'True', 'TRUE']);
const falseTexts = new Set(['f', 'F', 'false', 'False', 'FALSE']);

function parseBoolean(text: string, bytes: Uint8Array, start: number, end: number): ExactValue | ValueFault {
  if (trueTexts.has(text)) return { kind: BOOLEAN, number: 1 };
  if (falseTexts.has(text)) return { kind: BOOLEAN, number: 0 };
  return syntax(`invalid bool value ${quoteBytes(bytes, start, end)}`);
}

function parseInteger(digits: string, kind: typeof INT | typeof UINT, reason: string): ExactValue | ValueFault {
  if (!(kind === INT ? /^-?\d+$/ : /^\d+$/).test(digits)) return syntax(reason);
  const value = BigInt(digits);
  if (value !== (kind === INT ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value))) return outOfRange;
  const number = Number(value);
  return { kind, number: Number.isSafeInteger(number) ? number : NaN };
}

function syntax(reason: string): ValueFault {
  return { reason, isOutOfRange: false };
}

/** The bytes as characters, one each: what is no ASCII fails every syntax above, whichever character it becomes. */
function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let pos = start; pos < end; pos++) text += String.fromCharCode(bytes[pos] ?? 0);
  return text;
}
