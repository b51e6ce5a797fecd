export { createMemoryPair, type MemoryPairOptions, type MemoryStream } from './testing/memory-pair.js';
export type { ByteReceiver, ByteStream } from './wire/byte-stream.js';
