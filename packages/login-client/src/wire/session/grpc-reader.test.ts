import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeGrpcMessage, GrpcReader } from './grpc-reader.js';

describe('gRPC messages', () => {
  it('are read from any split of the stream', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 })),
        fc.infiniteStream(fc.integer({ min: 1, max: 12 })),
        (messages, sizes) => {
          const stream = Uint8Array.from(messages.flatMap((message) => [...encodeGrpcMessage(message)]));
          const reader = new GrpcReader();
          const read: number[][] = [];
          for (let at = 0; at < stream.length;) {
            const { value } = sizes.next();
            reader.push(stream.slice(at, at + value), (message) => read.push([...message]));
            at += value;
          }
          expect(read).toEqual(messages.map((message) => [...message]));
          expect(reader.isInside).toBe(false);
        },
      ),
    );
  });

  it('that are too large are refused by their length, before they are there', () => {
    const reader = new GrpcReader(10);
    expect(() => reader.push(Uint8Array.of(0, 0, 0, 0, 11), () => undefined)).toThrowError(
      expect.objectContaining({ code: 'packet_too_large', details: { length: 11, maxMessageBytes: 10 } }),
    );
  });

  it('that are compressed are refused', () => {
    expect(() => new GrpcReader().push(Uint8Array.of(1, 0, 0, 0, 0), () => undefined)).toThrowError(
      expect.objectContaining({ code: 'bad_packet' }),
    );
  });
});
