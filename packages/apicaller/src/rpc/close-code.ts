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
export const closeCodeText = (code: number): string => (names[code] === undefined ? '' : ` (${names[code]})`);

/** Whether the end with this code is a clean one: normal, going away, none (docs/protocol.md §6.7). */
export const isCleanClose = (code: number): boolean => code === 1000 || code === 1001 || code === 1005;
