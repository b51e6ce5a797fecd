import { RpcError } from '../wire/rpc-error.js';

const names = new Map([
  [1002, 'protocol error'],
  [1003, 'unsupported data'],
  [1007, 'invalid payload data'],
  [1008, 'policy violation'],
  [1009, 'message too big'],
  [1010, 'mandatory extension missing'],
  [1011, 'internal server error'],
  [1012, 'service restart'],
  [1013, 'try again later'],
]);

/** What the peer's close frame means to the reader: nothing for a clean end, else an error with the code in its text. */
export function closeReason(code: number, reason: string): RpcError | undefined {
  if (code === 1000 || code === 1001 || code === 1005 || code === 1006) return undefined;
  const name = names.get(code);
  const text = `websocket: close ${code}${name === undefined ? '' : ` (${name})`}${reason === '' ? '' : `: ${reason}`}`;
  return new RpcError(text, { code: 'websocket_closed', isFatal: true, details: { closeCode: code } });
}
