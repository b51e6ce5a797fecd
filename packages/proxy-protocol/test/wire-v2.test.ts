import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzInputs } from '../../../tools/testenv/scale.js';
import { isProxyError, type ProxyErrorCode } from '../src/index.js';
import { JsonText } from '../src/wire/json-text.js';
import { descriptorTag, encodeV2Message, type V2Compat } from '../src/wire/v2/message.js';
import { V2MessageReader, type V2ReaderOptions } from '../src/wire/v2/message-reader.js';
import {
  checkHello,
  checkStreamCount,
  readAllocateIo,
  readAttach,
  readBye,
  readHello,
  readHyper,
} from '../src/wire/v2/payloads.js';
import { decodeV2Request, encodeV2Request, isV2RequestId, unknownPayload } from '../src/wire/v2/request.js';
import { decodeV2Response, encodeV2Response, ioBaseOf } from '../src/wire/v2/response.js';
import { captures, capturesFolder } from './support/captures.js';
import { cutAt, eachByte, fromHex, toHex } from './support/splits.js';

const utf8 = new TextEncoder();
const json = (text: string): JsonText => JsonText.parse(utf8.encode(text));

/** What a reader makes of the pieces, and how it failed. */
function read(pieces: readonly Uint8Array[], options?: V2ReaderOptions) {
  const reader = new V2MessageReader(options);
  const bodies: string[] = [];
  try {
    for (const piece of pieces) {
      reader.push(piece);
      for (let body = reader.read(); body !== undefined; body = reader.read()) {
        bodies.push(Buffer.from(body).toString());
      }
    }
  } catch (error) {
    if (!isProxyError(error)) throw error;
    return { bodies, failure: error, reader };
  }
  return { bodies, failure: undefined, reader };
}

function failureOf(run: () => unknown): { code: ProxyErrorCode; text: string; isFatal: boolean } | undefined {
  try {
    run();
  } catch (error) {
    if (!isProxyError(error)) throw error;
    return { code: error.code, text: error.text, isFatal: error.isFatal };
  }
  return undefined;
}

const hello = { containerId: 'pod-7f', ctlSerial: '/run/vm7/ctl.sock', ioSerial: '/run/vm7/tty.sock' };

describe('conformance 1: requests', () => {
  it.each([
    [
      encodeV2Request('hello', hello),
      `0000006d000000007b226964223a2268656c6c6f222c2264617461223a7b22636f6e7461696e65724964223a22706f64
       2d3766222c2263746c53657269616c223a222f72756e2f766d372f63746c2e736f636b222c22696f53657269616c223a
       222f72756e2f766d372f7474792e736f636b227d7d`,
    ],
    [
      encodeV2Request('hello', { ...hello, console: '/run/vm7/con.sock' }),
      `0000008b000000007b226964223a2268656c6c6f222c2264617461223a7b22636f6e7461696e65724964223a22706f64
       2d3766222c2263746c53657269616c223a222f72756e2f766d372f63746c2e736f636b222c22696f53657269616c223a
       222f72756e2f766d372f7474792e736f636b222c22636f6e736f6c65223a222f72756e2f766d372f636f6e2e736f636b227d7d`,
    ],
    [
      encodeV2Request('attach', { containerId: 'pod-7f' }),
      `0000002f000000007b226964223a22617474616368222c2264617461223a7b22636f6e7461696e65724964223a22706f642d3766227d7d`,
    ],
    [
      encodeV2Request('allocateIO', { nStreams: 2 }),
      `00000029000000007b226964223a22616c6c6f63617465494f222c2264617461223a7b226e53747265616d73223a327d7d`,
    ],
    [
      encodeV2Request('hyper', { hyperName: 'ping', data: undefined }),
      `0000002a000000007b226964223a226879706572222c2264617461223a7b2268797065724e616d65223a2270696e67227d7d`,
    ],
    [
      encodeV2Request('hyper', { hyperName: 'winsize', data: { seq: 41, row: 50, column: 132 } }),
      `00000055000000007b226964223a226879706572222c2264617461223a7b2268797065724e616d65223a2277696e7369
       7a65222c2264617461223a7b22736571223a34312c22726f77223a35302c22636f6c756d6e223a3133327d7d7d`,
    ],
    [
      encodeV2Request('bye', { containerId: 'pod-7f' }),
      `0000002c000000007b226964223a22627965222c2264617461223a7b22636f6e7461696e65724964223a22706f642d3766227d7d`,
    ],
  ])('are the bytes of the page (%#)', (message, hex) => {
    expect(toHex(message)).toBe(toHex(fromHex(hex)));
  });

  it('refuses data that makes no JSON', () => {
    expect(failureOf(() => encodeV2Request('hyper', { data: 1n }))).toMatchObject({
      code: 'invalid_option',
      isFatal: false,
    });
    expect(failureOf(() => encodeV2Message(undefined, 'nothing'))?.code).toBe('invalid_option');
  });
});

const ok = '00000010000000007b2273756363657373223a747275657d';
const version = '00000025000000007b2273756363657373223a747275652c2264617461223a7b2276657273696f6e223a317d7d';
const allocated = '00000025000000007b2273756363657373223a747275652c2264617461223a7b22696f42617365223a34317d7d';
const refused =
  '00000037000000007b2273756363657373223a66616c73652c226572726f72223a22756e6b6e6f776e20636f6e7461696e657249443a20706f642d3766227d';

describe('responses', () => {
  it('conformance 1, 16: are the bytes of the page', () => {
    expect(toHex(encodeV2Response())).toBe(ok);
    expect(toHex(encodeV2Response({ version: 1 }))).toBe(version);
    expect(toHex(encodeV2Response({ ioBase: 41n }))).toBe(allocated);
    expect(toHex(encodeV2Response(undefined, 'unknown containerID: pod-7f'))).toBe(refused);
    const withData = encodeV2Response({ ioBase: 43n }, 'asking for unexpected number of streams (3)');
    expect(toHex(withData.subarray(0, 8))).toBe('0000005c00000000');
    expect(Buffer.from(withData.subarray(8)).toString()).toBe(
      '{"success":false,"error":"asking for unexpected number of streams (3)","data":{"ioBase":43}}',
    );
  });

  const stream = fromHex(ok + version + allocated + refused);
  const bodies = [
    '{"success":true}',
    '{"success":true,"data":{"version":1}}',
    '{"success":true,"data":{"ioBase":41}}',
    '{"success":false,"error":"unknown containerID: pod-7f"}',
  ];

  it('conformance 2, 3, 4, 5: are read whole, byte by byte, header apart, header in two, several at once', () => {
    expect(read([stream]).bodies).toEqual(bodies);
    expect(read(eachByte(stream)).bodies).toEqual(bodies);
    expect(read(cutAt(stream, [8, 24])).bodies).toEqual(bodies);
    expect(read(cutAt(stream, [4, 8])).bodies).toEqual(bodies);
    expect(read([new Uint8Array(0), stream, new Uint8Array(0)]).bodies).toEqual(bodies);
  });

  it('are read the same however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (places) => {
        expect(read(cutAt(stream, places)).bodies).toEqual(bodies);
      }),
      { numRuns: fuzzInputs(100) },
    );
  });

  it('say how many bytes are wanted, so that a reader stops in front of a descriptor', () => {
    const reader = new V2MessageReader();
    let at = 0;
    const steps: number[] = [];
    for (let body = reader.read(); body === undefined; body = reader.read()) {
      steps.push(reader.wanted);
      const piece = Math.min(reader.wanted, 5);
      reader.push(stream.slice(at, at + piece));
      at += piece;
    }
    expect(steps).toEqual([8, 3, 16, 11, 6, 1]);
    expect(at).toBe(24);
  });

  it('may be read with a little of their body, and no further', () => {
    const reader = new V2MessageReader();
    const shortest = encodeV2Response({ ioBase: 1n });
    const most = 8 + '{"data":{"ioBase":1}}'.length;
    expect(reader.mostToRead).toBe(most);
    expect(encodeV2Response().length).toBeLessThan(most);
    reader.push(shortest.subarray(0, reader.mostToRead));
    expect(reader.read()).toBeUndefined();
    expect(reader.mostToRead).toBe(shortest.length - most);
  });

  it('conformance 17: carry the text verbatim, and what Go escapes', () => {
    const text = 'write unix @->/run/vm/ctl.sock: broken <pipe> & more \u2028';
    const escaped =
      '{"success":false,"error":"write unix @-\\u003e/run/vm/ctl.sock: broken \\u003cpipe\\u003e \\u0026 more \\u2028"}';
    expect(decodeV2Response(utf8.encode(escaped))).toEqual({ success: false, error: text, data: undefined });
    expect(decodeV2Response(encodeV2Response(undefined, text).subarray(8)).error).toBe(text);
  });

  it('conformance 18: are never longer than 1024 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000, size: 'max' }), (text) => {
        const message = encodeV2Response({ ioBase: 2n ** 53n - 1n }, text);
        expect(message.length).toBeLessThanOrEqual(8 + 1024);
        const { error, data } = decodeV2Response(message.subarray(8));
        expect(error === text || text.startsWith(error.slice(0, -1))).toBe(true);
        expect(data?.integer('ioBase')).toBe(Number.MAX_SAFE_INTEGER);
      }),
      { numRuns: 50 },
    );
    expect(decodeV2Response(encodeV2Response(undefined, 'x'.repeat(2000)).subarray(8)).error).toMatch(/^x{900,}…$/);
    expect(encodeV2Response(undefined, 'x'.repeat(2000)).length).toBeGreaterThan(1000);
  });

  it.each(['[]', '7', '"x"', '{"success":1}', '{"error":{}}', '{"data":[]}', 'sekjewr', '{} {}', ''])(
    'are not %s',
    (body) => {
      expect(failureOf(() => decodeV2Response(utf8.encode(body)))).toMatchObject({
        code: 'invalid_response',
        isFatal: true,
      });
    },
  );

  it.each([
    ['{"data":{"ioBase":41}}', 41n],
    ['{"DATA":{"IOBASE":0}}', 0n],
    ['{"data":{"ioBase":18446744073709551615}}', 2n ** 64n - 1n],
    ['{"data":{"ioBase":null}}', undefined],
    ['{"data":{}}', undefined],
    ['{}', undefined],
  ])('%s has the ioBase %s', (body, ioBase) => {
    expect(ioBaseOf(decodeV2Response(utf8.encode(body)))).toBe(ioBase);
  });

  it.each(['"41"', '-1', '1.5', '1e3', '18446744073709551616', '[]', 'true'])('%s is no ioBase', (value) => {
    const response = decodeV2Response(utf8.encode(`{"data":{"ioBase":${value}}}`));
    expect(failureOf(() => ioBaseOf(response))).toMatchObject({ code: 'invalid_response', isFatal: true });
  });
});

it('conformance 6: counts bytes, not characters', () => {
  const message = encodeV2Request('attach', { containerId: 'pød-7' });
  expect(message.length).toBe(8 + 47);
  expect(toHex(message.subarray(0, 8))).toBe('0000002f00000000');
  expect(readAttach(decodeV2Request(message.subarray(8)).data)).toEqual({ containerId: 'pød-7' });
});

describe('conformance 7: the limit', () => {
  const ofBody = (bytes: number) => 'x'.repeat(bytes - 2);

  it('is 1 MiB when writing', () => {
    expect(encodeV2Message(ofBody(1_048_576), 'x').length).toBe(8 + 1_048_576);
    expect(failureOf(() => encodeV2Message(ofBody(1_048_577), 'x'))).toEqual({
      code: 'message_too_large',
      text: 'payload size too big: 1048577 (max: 1048576)',
      isFatal: false,
    });
  });

  it('is 1 MiB when reading', () => {
    const body = utf8.encode(JSON.stringify(ofBody(1_048_576)));
    expect(read([fromHex('0010000000000000'), body]).bodies[0]?.length).toBe(1_048_576);
    expect(read([fromHex('0010000100000000')]).failure).toMatchObject({
      code: 'message_too_large',
      text: 'payload size too big: 1048577 (max: 1048576)',
      isFatal: true,
    });
    expect(read([fromHex('0010000100000000')], { compat: '2.0.0' }).failure).toBeUndefined();
    expect(read([fromHex('ffffffff00000000')], { compat: '2.0.0' }).failure?.code).toBe('message_too_large');
    expect(read([fromHex('0000000500000000')], { maxBodyBytes: 4 }).failure?.code).toBe('message_too_large');
  });
});

it('conformance 8: a reserved word that is not zero', () => {
  const message = fromHex('00000002000000017b7d');
  expect(read([message]).failure).toMatchObject({
    code: 'unexpected_flags',
    text: 'unexpected flags: 0x1',
    isFatal: true,
  });
  expect(read([fromHex('00000002ABCDEF00')]).failure?.text).toBe('unexpected flags: 0xabcdef00');
  expect(read([message], { compat: '2.0.0' })).toMatchObject({ bodies: ['{}'], failure: undefined });
});

describe('conformance 9, 10, 13: bodies that are no request', () => {
  it.each([
    ['', 'invalid_json', 'unexpected end of JSON input'],
    ['sekjewr', 'invalid_json', "invalid character 's' looking for beginning of value"],
    ['[]', 'invalid_message', 'json: cannot unmarshal array into Go value of type api.Request'],
    ['{"id":7}', 'invalid_message', 'json: cannot unmarshal number into Go struct field Request.id of type string'],
    ['{"id":"bye"}\0', 'invalid_json', 'the text is no JSON'],
    ['{"id":"bye"}{"id":"bye"}', 'invalid_json', 'the text is no JSON'],
    ['\ufeff{}', 'invalid_json', "invalid character '\ufeff' looking for beginning of value"],
  ])('%j ends the connection', (body, code, text) => {
    expect(failureOf(() => decodeV2Request(utf8.encode(body)))).toEqual({ code, text, isFatal: true });
  });

  it.each(['{}', '{"foo":1}', 'null', '{"id":""}', '{"id":null}'])('%j is answered', (body) => {
    expect(failureOf(() => decodeV2Request(utf8.encode(body)))).toEqual({
      code: 'malformed_command',
      text: "no 'id' field in request",
      isFatal: false,
    });
  });

  it('takes blanks around the value', () => {
    expect(decodeV2Request(utf8.encode(' \r\n{ "id" :\t"bye" , "data" : 7 }\n')).id).toBe('bye');
  });

  it('reads a body of no bytes without waiting for any', () => {
    expect(read([fromHex('0000000000000000')]).bodies).toEqual(['']);
  });
});

describe('conformance 11: the end of the stream', () => {
  it.each([
    ['in a header', '000000', 'truncated_header', "couldn't read the full header"],
    ['in a body', '00000002000000007b', 'truncated_body', 'EOF'],
    ['in front of a body', '0000000200000000', 'truncated_body', 'EOF'],
    ['between messages', '00000002000000007b7d', 'connection_ended', 'EOF'],
    ['at once', '', 'connection_ended', 'EOF'],
  ])('%s', (_, hex, code, text) => {
    expect(read([fromHex(hex)]).reader.ended()).toMatchObject({ code, text, isFatal: true });
  });
});

describe('conformance 14, 15: names', () => {
  it('are said back', () => {
    expect(unknownPayload('<&>').text).toBe("no payload named '<&>'");
    expect(decodeV2Request(utf8.encode('{"id":"\\u003c\\u0026\\u003e"}')).id).toBe('<&>');
    expect(decodeV2Request(Buffer.from('7b226964223a2261ff62227d', 'hex')).id).toBe('a\ufffdb');
    expect(isV2RequestId('allocateIO')).toBe(true);
    expect(isV2RequestId('allocateIo')).toBe(false);
  });

  it('are taken in any case, the last one counts, null does not', () => {
    const { id, data } = decodeV2Request(
      utf8.encode(
        '{"id":"nope","ID":"attach","iD":null,"x":[{"id":"no"}],"\\u0044ATA":{"CONTAINERID":"z{z","cont":1}}',
      ),
    );
    expect(id).toBe('attach');
    expect(readAttach(data)).toEqual({ containerId: 'z{z' });
    expect(readHello(json('{"CTLſerial":"/c"}')).ctlSerial).toBe('/c');
  });
});

describe('payloads', () => {
  it.each([
    ['hello', readHello],
    ['attach', readAttach],
    ['allocateIO', readAllocateIo],
    ['hyper', readHyper],
    ['bye', readBye],
  ])('of %s: none, null, of another type', (_, readPayload) => {
    expect(failureOf(() => readPayload(undefined))).toMatchObject({
      code: 'malformed_command',
      text: 'unexpected end of JSON input',
    });
    expect(failureOf(() => readPayload(json('null')))).toBeUndefined();
    expect(failureOf(() => readPayload(json('[]')))).toMatchObject({ code: 'invalid_message', isFatal: false });
  });

  it('of hello', () => {
    expect(readHello(json(JSON.stringify(hello)))).toEqual(hello);
    expect(readHello(json('{"console":"/c","containerId":"x"}'))).toEqual({
      containerId: 'x',
      ctlSerial: '',
      ioSerial: '',
      console: '/c',
    });
    expect(failureOf(() => checkHello(hello))).toBeUndefined();
    for (const field of ['containerId', 'ctlSerial', 'ioSerial']) {
      expect(
        failureOf(() => checkHello({ ...hello, [field]: '' })),
        field,
      ).toMatchObject({
        code: 'malformed_command',
        text: 'malformed hello command',
      });
    }
  });

  it.each([
    ['{"nStreams":2}', 2],
    ['{"nStreams":-1}', -1],
    ['{}', 0],
    ['{"nStreams":null}', 0],
  ])('of allocateIO: %s asks for %i', (text, count) => {
    expect(readAllocateIo(json(text))).toEqual({ nStreams: count });
  });

  it.each([
    ['"1"', 'string'],
    ['1.5', 'number 1.5'],
    ['1.0', 'number 1.0'],
    ['1e0', 'number 1e0'],
    ['9007199254740993', 'number 9007199254740993'],
    ['true', 'bool'],
    ['{}', 'object'],
  ])('of allocateIO: %s is refused', (value, kind) => {
    expect(failureOf(() => readAllocateIo(json(`{"nStreams":${value}}`)))?.text).toBe(
      `json: cannot unmarshal ${kind} into Go struct field AllocateIo.nStreams of type int`,
    );
  });

  it('conformance 52: one or two streams', () => {
    expect(failureOf(() => checkStreamCount(1))).toBeUndefined();
    expect(failureOf(() => checkStreamCount(2))).toBeUndefined();
    for (const count of [0, 3, -1, 1.5, Number.NaN]) {
      expect(failureOf(() => checkStreamCount(count))).toMatchObject({
        code: 'bad_stream_count',
        text: `asking for unexpected number of streams (${count})`,
      });
    }
  });

  it.each(['{ "a" : [1,\t"}]\\"" ] }', 'null', '""', '[]', '-1.50e+2', 'true', '"\\ud83d"'])(
    'conformance 46: the data of hyper stay as they are written: %s',
    (text) => {
      const body = utf8.encode(`{"id":"hyper","data":{"data": ${text}\n,"hyperName":"x"}}`);
      const { hyperName, data } = readHyper(decodeV2Request(body).data);
      expect(hyperName).toBe('x');
      expect(data?.text()).toBe(text);
    },
  );

  it('conformance 46: hyper without data has none', () => {
    expect(readHyper(json('{"hyperName":"ping"}'))).toEqual({ hyperName: 'ping', data: undefined });
  });
});

it('conformance 30: names the descriptor where a header is due', () => {
  const pieces = [fromHex('46'), fromHex(allocated)];
  for (const compat of ['2.0.0', '2.2'] satisfies V2Compat[]) {
    expect(read(pieces, { compat }).failure).toMatchObject({ code: 'desynchronized', isFatal: true });
  }
});

it('reads members as JSON.parse does, whatever the object', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.jsonValue(), (text, value) => {
      const written = `{"first": ${text} ,"second":${JSON.stringify(value)}}`;
      const object = json(written).object('api.X');
      expect(object.raw('first')?.value()).toEqual(JSON.parse(text));
      expect(object.raw('second')?.value()).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: fuzzInputs(200) },
  );
});

it('fuzz: any bytes make bodies or a typed error, the same ones in one piece and in many', () => {
  const header = fc.tuple(fc.nat(20), fc.constantFrom(0, 0, 0, 1)).map(([length, flags]) => {
    return fromHex(length.toString(16).padStart(8, '0') + flags.toString(16).padStart(8, '0'));
  });
  const piece = fc.oneof(header, fc.uint8Array({ maxLength: 24 }), fc.constant(utf8.encode('{"id":"attach"}')));
  const options = fc.record({
    compat: fc.constantFrom<V2Compat>('2.0.0', '2.2'),
    maxBodyBytes: fc.constantFrom(16, 4096),
  });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), options, (pieces, settings) => {
      const whole = Uint8Array.from(pieces.flatMap((one) => [...one]));
      const expected = read([whole], settings);
      const found = read(pieces, settings);
      expect(found.bodies).toEqual(expected.bodies);
      expect(found.failure?.text).toBe(expected.failure?.text);
      if (expected.failure === undefined) expect(found.reader.ended().text).toBe(expected.reader.ended().text);
      for (const body of expected.bodies) failureOf(() => decodeV2Request(utf8.encode(body)));
      for (const body of expected.bodies) failureOf(() => decodeV2Response(utf8.encode(body)));
    }),
    { numRuns: fuzzInputs(300) },
  );
});

describe.skipIf(capturesFolder === undefined)('captured messages', () => {
  it('of the proxies are read, and written again as the same values', () => {
    const cases = [...captures('2.0.0'), ...captures('2.2.4')].filter(({ name }) => name !== 'allocate-2-coalesced');
    const lines = cases.flatMap(({ lines }) => lines);
    const messages = lines.filter(
      ({ conn, from, bytes }) => /^c\d$/.test(conn) && from === 'proxy' && bytes.length > 0,
    );
    let count = 0;
    for (const { bytes } of messages) {
      if (bytes[0] === descriptorTag) continue;
      const { bodies, failure } = read([bytes]);
      expect(failure).toBeUndefined();
      expect(bodies).toHaveLength(1);
      const response = decodeV2Response(utf8.encode(bodies[0] ?? ''));
      const ioBase = ioBaseOf(response);
      const protocolVersion = response.data?.integer('version');
      const data = { ioBase, version: protocolVersion === 0 ? undefined : protocolVersion };
      const again = encodeV2Response(data, response.success ? undefined : response.error);
      expect(JSON.parse(Buffer.from(again.subarray(8)).toString())).toEqual(JSON.parse(bodies[0] ?? ''));
      count += 1;
    }
    expect(count).toBeGreaterThan(300);
  });
});
