import { encodeJson } from '../encode-json.js';
import { ProxyError } from '../proxy-error.js';
import { objectOf } from './payloads.js';

/** `Signal`: for the process of the shim that sends it. */
export interface SignalPayload {
  /** Linux' number on amd64, 0 to 30. */
  signalNumber: number;
  /** Width of the terminal, > 0, with SIGWINCH only. */
  columns?: number | undefined;
  /** Height of the terminal, > 0, with SIGWINCH only. */
  rows?: number | undefined;
}

/** A change of the terminal's size. */
export const sigwinch = 28;

/** Names as Go prints them, by number; those that it does not know read `signal N`. */
const goNames: Readonly<Record<number, string>> = {
  1: 'hangup',
  2: 'interrupt',
  3: 'quit',
  4: 'illegal instruction',
  5: 'trace/breakpoint trap',
  6: 'aborted',
  7: 'bus error',
  8: 'floating point exception',
  9: 'killed',
  10: 'user defined signal 1',
  11: 'segmentation fault',
  12: 'user defined signal 2',
  13: 'broken pipe',
  14: 'alarm clock',
  15: 'terminated',
};

/** A signal's name as the proxies print it: `user defined signal 1`. */
export const signalName = (signalNumber: number): string => goNames[signalNumber] ?? `signal ${signalNumber}`;

/** Members of 0 are left out, as Go leaves them out. */
export function encodeSignal({ signalNumber, columns, rows }: SignalPayload): Uint8Array {
  return encodeJson({ signalNumber, columns: columns || undefined, rows: rows || undefined }, 'Signal');
}

/** @throws ProxyError with the text that the originals answer; the values are for {@link checkSignal}. */
export function readSignal(payload: Uint8Array): Required<SignalPayload> {
  const object = objectOf(payload, 'api.Signal');
  return {
    signalNumber: object.integer('signalNumber'),
    columns: object.integer('columns'),
    rows: object.integer('rows'),
  };
}

/** @throws ProxyError `bad_signal`, in the order of the originals: the number, SIGWINCH without a size, a size without SIGWINCH. */
export function checkSignal({ signalNumber, columns = 0, rows = 0 }: SignalPayload): void {
  if (!Number.isInteger(signalNumber) || signalNumber < 0 || signalNumber > 30) {
    throw badSignal(`invalid signal number ${signalNumber}`);
  }
  if (signalNumber === sigwinch) {
    if (columns > 0 && rows > 0) return;
    throw badSignal(`received SIGWINCH but terminal size is invalid (${columns},${rows})`);
  }
  if (columns === 0 && rows === 0) return;
  throw badSignal(`received a terminal size (${columns},${rows}) for signal ${signalName(signalNumber)}`);
}

const badSignal = (text: string): ProxyError => new ProxyError(text, { code: 'bad_signal' });
