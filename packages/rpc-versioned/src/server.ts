export type { ByteReceiver, ByteStream } from './wire/byte-stream.js';
