import { joinBytes } from '../wire/join-bytes.js';
import { Refusal } from './refusal.js';

/** Puts the chunks of a body together, up to a bound. */
export interface ByteCollector {
  /** @throws Refusal 413 beyond the bound. */
  add(chunk: Uint8Array): void;
  whole(): Uint8Array;
}

export function createByteCollector(maxBytes: number): ByteCollector {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    add(chunk) {
      length += chunk.length;
      if (length > maxBytes) throw bodyTooLarge(maxBytes);
      chunks.push(chunk);
    },
    whole: () => joinBytes(chunks, length),
  };
}

export function bodyTooLarge(maxBytes: number): Refusal {
  return new Refusal({ status: 413, reason: 'RequestTooLarge', text: `request body is larger than ${maxBytes} bytes` });
}
