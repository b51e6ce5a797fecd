import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeAgentPacket,
  decodeManagerPacket,
  encodeHello,
  encodeRequestId,
  encodeResult,
  readPlainResult,
} from './packet.js';

const asText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a result', () => {
  it.each([0, 1, 127, 128, 16_383, 16_384, 2_097_152])('of %d bytes is read as agents write it', (length) => {
    const json = new Uint8Array(length).fill(0x20);
    const read = readPlainResult(encodeResult('a-1', json));
    if (length === 0) expect(read).toBeUndefined();
    else {
      expect(read?.requestId).toBe('a-1');
      expect(Buffer.compare(read?.payloadJson ?? new Uint8Array(), json)).toBe(0);
    }
  });

  it('in another form is left to the library: other packets, ids beyond ASCII, fields in another order', () => {
    const swapped = Uint8Array.of(0x12, 7, 0x12, 2, 0x7b, 0x7d, 0x0a, 1, 0x61);
    expect(readPlainResult(encodeHello({ agentVersion: 'v0.13.0', maxReceiveMessageBytes: 1 }))).toBeUndefined();
    expect(readPlainResult(encodeResult('ü', Uint8Array.of(0x7b, 0x7d)))).toBeUndefined();
    expect(readPlainResult(swapped)).toBeUndefined();
    expect(decodeAgentPacket(swapped).payload).toMatchObject({ case: 'result', value: { requestId: 'a' } });
  });

  it('is what the library reads, or nothing, whatever the bytes', () => {
    const valid = fc.tuple(fc.string(), fc.uint8Array({ maxLength: 300 })).map(([id, json]) => encodeResult(id, json));
    const spoilt = fc.tuple(valid, fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
      const copy = bytes.slice();
      if (copy.length > 0) copy[at % copy.length] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(valid, spoilt, fc.uint8Array({ maxLength: 40 })), (bytes) => {
        const read = readPlainResult(bytes);
        if (read === undefined) return;
        const { payload } = decodeAgentPacket(bytes);
        expect(payload.case).toBe('result');
        if (payload.case !== 'result') return;
        expect(payload.value.requestId).toBe(read.requestId);
        expect(asText(payload.value.payloadJson)).toBe(asText(read.payloadJson));
      }),
      { numRuns: 2000 },
    );
  });
});

it.each(['', 'a-1', 'x'.repeat(127), 'x'.repeat(128), 'ü', '\n'])('the id %j of a request is read back', (id) => {
  expect(decodeManagerPacket(encodeRequestId(id)).requestId).toBe(id);
});
