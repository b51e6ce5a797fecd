import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captures } from '../../../test/support/captures.js';
import { fuzzInputs } from '../../../../../tools/testenv/scale.js';
import { isProxyError } from '../proxy-error.js';
import { encodeIoPacket, encodeIoPackets, IoReader, maxIoDataBytes } from './io-packet.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Buffer.from(text, 'hex');
const none = new Uint8Array(0);

function read(chunks: readonly Uint8Array[], maxBytes?: number) {
  const packets: [bigint, string][] = [];
  let joined = '';
  const reader = new IoReader((packet) => {
    packets.push([packet.stream, hex(packet.data)]);
    joined += hex(packet.bytes);
  }, maxBytes);
  try {
    for (const chunk of chunks) reader.push(chunk);
  } catch (error) {
    if (!isProxyError(error)) throw error;
    return { packets, joined, failure: `${error.code}: ${error.message}`, isInside: reader.isInside };
  }
  return { packets, joined, isInside: reader.isInside };
}

const halves = (whole: Uint8Array): Uint8Array[] => [
  whole.subarray(0, whole.length >> 1),
  whole.subarray(whole.length >> 1),
];
const eachByte = (whole: Uint8Array): Uint8Array[] => [...whole].map((byte) => Uint8Array.of(byte));

describe('I/O packets', () => {
  it('are stream number, whole length and data', () => {
    expect(hex(encodeIoPacket(41n, Buffer.from('hi\n')))).toBe('00000000000000290000000f68690a');
    expect(hex(encodeIoPacket(42n, Buffer.from('E!')))).toBe('000000000000002a0000000e4521');
    expect(hex(encodeIoPacket(41n, none))).toBe('00000000000000290000000c');
    expect(hex(encodeIoPacket(2n ** 64n - 1n, Uint8Array.of(3)))).toBe('ffffffffffffffff0000000d03');
  });

  it('have a number of 64 bits', () => {
    for (const stream of [-1n, 2n ** 64n]) {
      expect(() => encodeIoPacket(stream, none)).toThrow(expect.objectContaining({ code: 'invalid_option' }));
    }
  });

  it.runIf(captures('2.2.4').length > 0)('come out of captured bytes and go back into them', () => {
    let compared = 0;
    for (const generation of ['2.0.0', '2.2.4'] as const) {
      for (const { lines } of captures(generation)) {
        for (const { conn, from, bytes: sent } of lines) {
          if (!/^(?:io|fd)/.test(conn) || from !== 'proxy' || sent.length === 0) continue;
          const { packets, joined } = read(sent.length > 300 ? halves(sent) : eachByte(sent));
          expect(joined).toBe(hex(sent));
          expect(packets.map(([stream, data]) => hex(encodeIoPacket(stream, bytes(data)))).join('')).toBe(hex(sent));
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(50);
  });
});

describe('conformance 55: sizes of I/O packets', () => {
  it('lets 10,240 bytes pass and refuses 10,241', () => {
    expect(encodeIoPacket(1n, new Uint8Array(maxIoDataBytes))).toHaveLength(10_240);
    expect(() => encodeIoPacket(1n, new Uint8Array(maxIoDataBytes + 1))).toThrow(
      expect.objectContaining({ code: 'message_too_large', text: 'message too long 10241' }),
    );
  });

  it('cuts more than one packet takes into several, in one buffer', () => {
    const data = Uint8Array.from({ length: 2 * maxIoDataBytes + 5 }, (_, i) => i % 251);
    const { packets } = read([encodeIoPackets(7n, data)]);
    expect(packets.map(([stream, { length }]) => [stream, length / 2])).toEqual([
      [7n, maxIoDataBytes],
      [7n, maxIoDataBytes],
      [7n, 5],
    ]);
    expect(packets.map(([, text]) => text).join('')).toBe(hex(data));
    expect(encodeIoPackets(7n, none)).toHaveLength(0);
    expect(encodeIoPackets(7n, data.subarray(0, maxIoDataBytes))).toHaveLength(10_240);
  });

  it('takes empty packets, and a length below 12 for one, whose bytes then say 12', () => {
    const short = bytes('000000000000000100000003');
    expect(read([encodeIoPacket(1n, none), short])).toEqual({
      packets: [
        [1n, ''],
        [1n, ''],
      ],
      joined: '00000000000000010000000c'.repeat(2),
      isInside: false,
    });
    expect(hex(short)).toBe('000000000000000100000003');
  });
});

describe('the reader of I/O packets', () => {
  const whole = Buffer.concat([
    encodeIoPacket(3n, Buffer.from('out')),
    encodeIoPacket(3n, none),
    encodeIoPacket(4n, Buffer.from('errors')),
  ]);
  const expected = [
    [3n, hex(Buffer.from('out'))],
    [3n, ''],
    [4n, hex(Buffer.from('errors'))],
  ];

  it('takes any split and any coalescing', () => {
    expect(read([whole])).toMatchObject({ packets: expected, isInside: false });
    expect(read(eachByte(whole))).toMatchObject({ packets: expected, isInside: false });
    for (let cut = 0; cut <= whole.length; cut++) {
      expect(read([whole.subarray(0, cut), whole.subarray(cut)]).packets).toEqual(expected);
    }
  });

  it('hands on views of a chunk that holds whole packets: nothing is copied', () => {
    const seen: ArrayBufferLike[] = [];
    new IoReader(({ bytes: { buffer } }) => seen.push(buffer)).push(whole);
    expect(seen).toEqual([whole.buffer, whole.buffer, whole.buffer]);
    expect(seen.every((buffer) => buffer === whole.buffer)).toBe(true);
  });

  it('refuses a length of 4 GiB', () => {
    expect(read([encodeIoPacket(3n, none), bytes('0000000000000003ffffffff')])).toMatchObject({
      packets: [[3n, '']],
      failure: 'message_too_large: the peer announced an I/O packet of 4294967295 bytes (max: 1048576)',
    });
  });

  it('takes packets at random, cut anywhere, and bytes at random without another error', () => {
    const packet = fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.uint8Array({ maxLength: 40 }));
    const cut = fc.nat({ max: 200 });
    const numRuns = Math.ceil(fuzzInputs(600) / 2);
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 6 }), cut, cut, (sent, one, other) => {
        const stream = Buffer.concat(sent.map(([number, data]) => encodeIoPacket(number, data)));
        const [from, to] = one < other ? [one, other] : [other, one];
        const chunks = [stream.subarray(0, from), stream.subarray(from, to), stream.subarray(to)];
        const { packets, joined } = read(chunks);
        expect(packets).toEqual(sent.map(([number, data]) => [number, hex(data)]));
        expect(joined).toBe(hex(stream));
      }),
      { numRuns },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), cut, (stream, at) => {
        const { packets, failure } = read([stream.subarray(0, at), stream.subarray(at)], 1000);
        expect(packets.length).toBeLessThanOrEqual(stream.length / 12);
        expect(failure === undefined || failure.startsWith('message_too_large')).toBe(true);
      }),
      { numRuns },
    );
  });
});
