import { ApicallerError } from '../error.js';

/** The names of close codes, as the original's texts have them; others have none. */
const names: Partial<Record<number, string>> = {
  1000: 'normal',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1005: 'no status',
  1006: 'abnormal closure',
  1007: 'invalid payload data',
  1008: 'policy violation',
  1009: 'message too big',
  1010: 'mandatory extension missing',
  1011: 'internal server error',
  1015: 'TLS handshake error',
};

/** ` (going away)`, or nothing. */
const closeCodeText = (code: number): string => (names[code] === undefined ? '' : ` (${names[code]})`);

/** Whether the end with this code is a clean one: normal, going away, none (docs/protocol.md §1.7). */
const isCleanClose = (code: number): boolean => code === 1000 || code === 1001 || code === 1005;

/** What a connection ends with whose peer has sent this close code; nothing where that is a clean end. */
export function closedWith(code: number, reason: string): ApicallerError | undefined {
  if (isCleanClose(code)) return undefined;
  return broken(`websocket: close ${code}${closeCodeText(code)}${reason === '' ? '' : `: ${reason}`}`, undefined, {
    closeCode: code,
  });
}

/** In the original's words: reading the next message is what fails. */
export function broken(message: string, cause?: unknown, details?: Readonly<Record<string, unknown>>): ApicallerError {
  return new ApicallerError(`codec.ReadHeader error: error receiving message: ${message}`, {
    code: 'connection_broken',
    isRetryable: true,
    hint: 'open a new connection; whether the peer has carried out the calls in flight is not known',
    cause,
    details,
  });
}
