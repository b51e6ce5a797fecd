import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captures } from '../../../test/support/captures.js';
import { fuzzInputs } from '../../../../../tools/testenv/scale.js';
import { isProxyError } from '../proxy-error.js';
import { hyperstartCodes } from './commands.js';
import { ControlReader, encodeControlPacket, encodeNext } from './control-packet.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Buffer.from(text, 'hex');

function read(chunks: readonly Uint8Array[], maxBytes?: number) {
  const packets: [number, string][] = [];
  const reader = new ControlReader((code, payload) => packets.push([code, hex(payload)]), maxBytes);
  try {
    for (const chunk of chunks) reader.push(chunk);
  } catch (error) {
    if (!isProxyError(error)) throw error;
    return { packets, failure: `${error.code}: ${error.message}`, isFatal: error.isFatal, isInside: reader.isInside };
  }
  return { packets, isInside: reader.isInside };
}

const halves = (whole: Uint8Array): Uint8Array[] => [
  whole.subarray(0, whole.length >> 1),
  whole.subarray(whole.length >> 1),
];
const eachByte = (whole: Uint8Array): Uint8Array[] => [...whole].map((byte) => Uint8Array.of(byte));

describe('conformance 45, 46: control packets', () => {
  it('are code, whole length and payload', () => {
    expect(hex(encodeControlPacket(hyperstartCodes.ready))).toBe('0000000800000008');
    expect(hex(encodeControlPacket(hyperstartCodes.ping))).toBe('0000000c00000008');
    expect(hex(encodeControlPacket(hyperstartCodes.ack, new Uint8Array(0)))).toBe('0000000900000008');
    expect(hex(encodeControlPacket(hyperstartCodes.error))).toBe('0000000a00000008');
    expect(hex(encodeNext(8))).toBe('0000000e0000000c00000008');
    expect(hex(encodeControlPacket(hyperstartCodes.winsize, '{"seq":41,"row":50,"column":132}'))).toBe(
      '0000000b000000287b22736571223a34312c22726f77223a35302c22636f6c756d6e223a3133327d',
    );
  });

  it('keep the payload as it is: white space, null, an empty string, letters beyond ASCII', () => {
    for (const payload of ['{ "a" : 1 }\n', 'null', '""', '{"hostname":"pød"}']) {
      const packet = encodeControlPacket(hyperstartCodes.startpod, payload);
      expect(hex(packet.subarray(8))).toBe(hex(Buffer.from(payload)));
      expect(packet).toHaveLength(8 + Buffer.byteLength(payload));
    }
  });

  it.runIf(captures('2.2.4').length > 0)('come out of captured bytes and go back into them', () => {
    let compared = 0;
    for (const generation of ['2.0.0', '2.2.4', '3.0.23'] as const) {
      for (const { lines } of captures(generation)) {
        for (const { conn, from, bytes: sent } of lines) {
          if (!conn.startsWith('ctl') || from !== 'proxy' || sent.length === 0) continue;
          const { packets, isInside } = read(sent.length > 300 ? halves(sent) : eachByte(sent));
          expect(isInside).toBe(false);
          expect(packets.map(([code, payload]) => hex(encodeControlPacket(code, bytes(payload)))).join('')).toBe(
            hex(sent),
          );
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});

describe('conformance 48: the limit of an agent message', () => {
  it('lets 10,240 bytes pass and refuses 10,241', () => {
    expect(encodeControlPacket(1, new Uint8Array(10_232))).toHaveLength(10_240);
    expect(() => encodeControlPacket(1, new Uint8Array(10_233))).toThrow(
      expect.objectContaining({ code: 'message_too_large', text: 'message too long 10241', isFatal: false }),
    );
    // UTF-8 counts, not letters.
    expect(() => encodeControlPacket(1, 'ø'.repeat(5117))).toThrow('message too long 10242');
  });
});

describe('the reader of control packets', () => {
  const whole = Buffer.concat([encodeNext(8), encodeControlPacket(9, 'done'), encodeControlPacket(8)]);
  const expected = [
    [14, '00000008'],
    [9, hex(Buffer.from('done'))],
    [8, ''],
  ];

  it('takes any split and any coalescing', () => {
    expect(read([whole])).toEqual({ packets: expected, isInside: false });
    expect(read(eachByte(whole))).toEqual({ packets: expected, isInside: false });
    for (let cut = 0; cut <= whole.length; cut++) {
      expect(read([whole.subarray(0, cut), new Uint8Array(0), whole.subarray(cut)]).packets).toEqual(expected);
    }
  });

  it('takes a length below 8 for an empty packet', () => {
    expect(read([bytes('0000000900000004'), bytes('0000000a00000000')]).packets).toEqual([
      [9, ''],
      [10, ''],
    ]);
  });

  it('knows that it is inside a packet', () => {
    for (let cut = 1; cut < 12; cut++) expect(read([whole.subarray(0, cut)])).toEqual({ packets: [], isInside: true });
  });

  it('refuses a length beyond its limit before it keeps any of it, behind what came in front', () => {
    const chunk = Buffer.concat([encodeControlPacket(8), bytes('00000009ffffffff')]);
    const refusal = {
      packets: [[8, '']],
      failure: 'message_too_large: the peer announced a control packet of 4294967295 bytes (max: 1048576)',
      isFatal: true,
    };
    expect(read([chunk])).toMatchObject(refusal);
    expect(read(eachByte(chunk))).toMatchObject(refusal);
    expect(read([encodeControlPacket(9, 'done')], 12).packets).toHaveLength(1);
    expect(read([encodeControlPacket(9, 'done!')], 12)).toMatchObject({ packets: [], isFatal: true });
  });

  it('takes packets at random, cut anywhere, and bytes at random without another error', () => {
    const packet = fc.tuple(fc.nat({ max: 2 ** 32 - 1 }), fc.uint8Array({ maxLength: 40 }));
    const cuts = fc.array(fc.nat({ max: 19 }), { minLength: 1, maxLength: 12 });
    const numRuns = Math.ceil(fuzzInputs(600) / 2);
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 6 }), cuts, (sent, sizes) => {
        const stream = Buffer.concat(sent.map(([code, payload]) => encodeControlPacket(code, payload)));
        const { packets, isInside } = read(cutUp(stream, sizes));
        expect(packets).toEqual(sent.map(([code, payload]) => [code, hex(payload)]));
        expect(isInside).toBe(false);
      }),
      { numRuns },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), cuts, (stream, sizes) => {
        const { packets, failure } = read(cutUp(stream, sizes), 1000);
        expect(packets.length).toBeLessThanOrEqual(stream.length / 8);
        expect(failure === undefined || failure.startsWith('message_too_large')).toBe(true);
      }),
      { numRuns },
    );
  });
});

/** Pieces of these sizes, again and again; a size of none once in a round. */
function cutUp(stream: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let from = 0, i = 0; from < stream.length; i++) {
    const size = sizes[i % sizes.length] || (i % sizes.length === 0 ? 1 : 0);
    pieces.push(stream.subarray(from, from + size));
    from += size;
  }
  return pieces;
}
