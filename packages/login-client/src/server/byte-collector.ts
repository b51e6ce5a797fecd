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
    whole() {
      const [first] = chunks;
      if (first !== undefined && chunks.length === 1) return first;
      const whole = new Uint8Array(length);
      let at = 0;
      for (const chunk of chunks) {
        whole.set(chunk, at);
        at += chunk.length;
      }
      return whole;
    },
  };
}

export function bodyTooLarge(maxBytes: number): Refusal {
  return new Refusal({ status: 413, reason: 'RequestTooLarge', text: `request body is larger than ${maxBytes} bytes` });
}
