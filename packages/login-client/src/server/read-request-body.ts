import { createByteCollector } from './byte-collector.js';

/** @throws Refusal 413 beyond the bound. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const collector = createByteCollector(maxBytes);
  if (request.body === null) return collector.whole();
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return collector.whole();
      collector.add(value);
    }
  } finally {
    reader.releaseLock();
  }
}
