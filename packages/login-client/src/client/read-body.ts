import { joinBytes } from '../wire/join-bytes.js';

/**
 * The whole body of a response, of at most `maxBytes`.
 *
 * @throws RangeError when it is longer; whatever the stream fails with.
 */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new RangeError(`more than ${maxBytes} bytes`);
    }
    chunks.push(value);
  }
  return joinBytes(chunks, length);
}
