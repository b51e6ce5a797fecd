import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzInputs } from '../../../tools/testenv/scale.js';
import { isProxyError, type ProxyError } from '../src/index.js';
import { FrameReader } from '../src/wire/v3/frame-reader.js';
import {
  encodeCommand,
  encodeProcessExited,
  encodeResponse,
  encodeStream,
  type Frame,
  writeStreamHeader,
} from '../src/wire/v3/frame.js';
import { encodeLogEntry, type LogEntry, readLogEntry } from '../src/wire/v3/log.js';
import {
  checkRegisterVm,
  encodeAttachVm,
  encodeConnectShim,
  encodeErrorMessage,
  encodeIoAccess,
  encodeRegisterVm,
  encodeUnregisterVm,
  encodeV3Hyper,
  readAttachVm,
  readConnectShim,
  readErrorMessage,
  readIoAccess,
  readRegisterVm,
  readUnregisterVm,
  readV3Hyper,
} from '../src/wire/v3/payloads.js';
import { checkSignal, encodeSignal, readSignal, signalName } from '../src/wire/v3/signal.js';
import {
  commandNames,
  commandOpcodes,
  frameTypeNames,
  frameTypes,
  notificationNames,
  notificationOpcodes,
  streamNames,
  streamOpcodes,
} from '../src/wire/v3/types.js';
import { captures, capturesFolder } from './support/captures.js';
import { cutAt, eachByte, fromHex, toHex } from './support/splits.js';

const utf8 = new TextEncoder();

/** What a reader makes of the pieces, payloads as text, and how it failed. */
function read(pieces: readonly Uint8Array[], maxPayloadBytes?: number) {
  const reader = new FrameReader(maxPayloadBytes);
  const frames: (Omit<Frame, 'payload'> & { payload: string })[] = [];
  try {
    for (const piece of pieces) {
      reader.push(piece);
      for (let frame = reader.read(); frame !== undefined; frame = reader.read()) {
        frames.push({ ...frame, payload: Buffer.from(frame.payload).toString('latin1') });
      }
    }
  } catch (error) {
    if (!isProxyError(error)) throw error;
    return { frames, failure: error, reader };
  }
  return { frames, failure: undefined, reader };
}

function failureOf(run: () => unknown): ProxyError | undefined {
  try {
    run();
  } catch (error) {
    if (isProxyError(error)) return error;
    throw error;
  }
  return undefined;
}

const token = 'T0KEN-1AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const vm = { containerId: 'pod-7f', ctlSerial: '/run/vm7/ctl.sock', ioSerial: '/run/vm7/tty.sock' };

/** The frames of the page: as we write them, their header, their payload, and how they are read. */
const examples: [bytes: Uint8Array, header: string, payload: string, frame: object][] = [
  [
    encodeCommand('RegisterVM', encodeRegisterVm({ ...vm, numIOStreams: 1 })),
    '000203000000000000000068',
    '{"containerId":"pod-7f","ctlSerial":"/run/vm7/ctl.sock","ioSerial":"/run/vm7/tty.sock","numIOStreams":1}',
    { type: 'command', name: 'RegisterVM' },
  ],
  [
    encodeResponse('RegisterVM', encodeIoAccess({ url: 'unix:///run/p.sock', tokens: [token] })),
    '00020300000001000000005d',
    `{"io":{"URL":"unix:///run/p.sock","tokens":["${token}"]}}`,
    { type: 'response', name: 'RegisterVM', isError: false },
  ],
  [
    encodeCommand('UnregisterVM', encodeUnregisterVm({ containerId: 'pod-7f' })),
    '000203000000000100000018',
    '{"containerId":"pod-7f"}',
    { type: 'command', name: 'UnregisterVM' },
  ],
  [
    encodeResponse('UnregisterVM'),
    '000203000000010100000000',
    '',
    { type: 'response', name: 'UnregisterVM', isError: false },
  ],
  [
    encodeCommand('AttachVM', encodeAttachVm({ containerId: 'pod-7f' })),
    '000203000000000200000018',
    '{"containerId":"pod-7f"}',
    { type: 'command', name: 'AttachVM' },
  ],
  [
    encodeCommand('Hyper', encodeV3Hyper('ping', [], undefined)),
    '000203000000000300000022',
    '{"hyperName":"ping","tokens":null}',
    { type: 'command', name: 'Hyper' },
  ],
  [
    encodeCommand('ConnectShim', encodeConnectShim({ token })),
    '000203000000000400000038',
    `{"token":"${token}"}`,
    { type: 'command', name: 'ConnectShim' },
  ],
  [encodeCommand('DisconnectShim'), '000203000000000500000000', '', { type: 'command', name: 'DisconnectShim' }],
  [
    encodeCommand('Signal', encodeSignal({ signalNumber: 28, columns: 132, rows: 50 })),
    '00020300000000060000002b',
    '{"signalNumber":28,"columns":132,"rows":50}',
    { type: 'command', name: 'Signal' },
  ],
  [
    encodeResponse('AttachVM', encodeErrorMessage('unknown containerID: x'), true),
    '000203000000110200000020',
    '{"msg":"unknown containerID: x"}',
    { type: 'response', name: 'AttachVM', isError: true },
  ],
  [encodeStream('stdin', utf8.encode('ls\n')), '000203000000020000000003', 'ls\n', { type: 'stream', name: 'stdin' }],
  [encodeStream('stdin'), '000203000000020000000000', '', { type: 'stream', name: 'stdin' }],
  [encodeStream('stdout', utf8.encode('hi\n')), '000203000000020100000003', 'hi\n', { type: 'stream', name: 'stdout' }],
  [encodeStream('stderr', utf8.encode('E!')), '000203000000020200000002', 'E!', { type: 'stream', name: 'stderr' }],
  [
    encodeStream('log', encodeLogEntry({ source: 'shim', level: 'warn', msg: 'hot' })),
    '00020300000002030000002c',
    '{"source":"shim","level":"warn","msg":"hot"}',
    { type: 'stream', name: 'log' },
  ],
  [encodeProcessExited(3), '000203000000030000000001', '\x03', { type: 'notification', name: 'ProcessExited' }],
];

describe('conformance 63: frames', () => {
  it.each(examples)('are the bytes of the page, both ways (%#)', (bytes, header, payload, frame) => {
    expect(toHex(bytes.subarray(0, 12))).toBe(header);
    expect(Buffer.from(bytes.subarray(12)).toString()).toBe(payload);
    expect(read([bytes])).toMatchObject({ frames: [{ ...frame, payload }], failure: undefined });
  });

  const stream = Uint8Array.from(examples.flatMap(([bytes]) => [...bytes]));
  const expected = examples.map(([, , payload, frame]) => ({ ...frame, payload }));

  it('are read however they are cut', () => {
    expect(read(eachByte(stream)).frames).toEqual(expected);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (places) => {
        expect(read(cutAt(stream, places)).frames).toEqual(expected);
      }),
      { numRuns: fuzzInputs(100) },
    );
  });

  it('have their header written in front of a payload that is there already', () => {
    const frame = new Uint8Array(15).fill(0xff);
    frame.set(utf8.encode('hi'), 13);
    writeStreamHeader(frame, 1, 'stdout', 2);
    expect(toHex(frame)).toBe('ff' + toHex(encodeStream('stdout', utf8.encode('hi'))));
  });

  it('have the numbers of the tables', () => {
    expect(frameTypeNames.map((name) => frameTypes[name])).toEqual([0, 1, 2, 3]);
    expect(commandNames.map((name) => commandOpcodes[name])).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(streamNames.map((name) => streamOpcodes[name])).toEqual([0, 1, 2, 3]);
    expect(notificationNames.map((name) => notificationOpcodes[name])).toEqual([0]);
  });
});

describe('conformance 64: the length of a header', () => {
  it('may be more than three words: the rest is passed over', () => {
    const bytes = fromHex('000206000000020100000002 ffffffffffffffffffffffff 6869');
    const frames = [{ type: 'stream', name: 'stdout', payload: 'hi' }];
    expect(read([bytes]).frames).toEqual(frames);
    expect(read(eachByte(bytes)).frames).toEqual(frames);
  });

  it.each([0, 1, 2])('is not %i words', (words) => {
    expect(read([fromHex(`00020${words}000000020100000000`)]).failure).toMatchObject({
      code: 'bad_frame',
      text: `frame: bad header length ${words}`,
      isFatal: true,
    });
  });
});

describe('conformance 65: headers that are none', () => {
  it.each([
    ['000103000000000200000000', 'frame: bad version 1'],
    ['000303000000000200000000', 'frame: bad version 3'],
    ['000003000000000200000000', 'frame: bad version 0'],
    ['0000000c000000007b226964', 'frame: bad version 0'],
    ['000203000000040000000000', 'frame: bad type unknown'],
    ['0002030000000f0000000000', 'frame: bad type unknown'],
    ['000203000000000700000000', 'frame: bad opcode (7) for type command'],
    ['000203000000010700000000', 'frame: bad opcode (7) for type response'],
    ['000203000000020400000000', 'frame: bad opcode (4) for type stream'],
    ['000203000000030100000000', 'frame: bad opcode (1) for type notification'],
  ])('%s: %s', (hex, text) => {
    expect(read([fromHex(hex)])).toMatchObject({ frames: [], failure: { code: 'bad_frame', text, isFatal: true } });
  });

  it('but reserved bytes and other flags are passed over', () => {
    expect(read([fromHex('000203abcdefe20100000000')]).frames).toEqual([
      { type: 'stream', name: 'stdout', payload: '' },
    ]);
    expect(read([fromHex('000203000000f20100000000')]).failure).toBeUndefined();
    expect(read([fromHex('000203000000e10200000000')]).frames).toMatchObject([{ isError: false }]);
    expect(read([fromHex('000203000000f10200000000')]).frames).toMatchObject([{ isError: true }]);
  });
});

it('conformance 66: an error says what is in msg', () => {
  expect(readErrorMessage(utf8.encode('{"msg":"unknown containerID: <x>"}'))).toBe('unknown containerID: <x>');
  expect(readErrorMessage(utf8.encode('{"MSG":"x"}'))).toBe('x');
  for (const payload of ['', '{}', 'null', '{"msg":""}']) {
    expect(readErrorMessage(utf8.encode(payload))).toBe('unknown error');
  }
  expect(failureOf(() => readErrorMessage(utf8.encode('{"msg":7}')))).toMatchObject({
    code: 'invalid_response',
    isFatal: true,
  });
});

it('conformance 67: payloads have a limit, written and read', () => {
  const limit = { code: 'message_too_large', text: 'frame: payload of 5 bytes (max: 4)' };
  const five = new Uint8Array(5);
  expect(failureOf(() => encodeStream('stdin', five, 4))).toMatchObject({ ...limit, isFatal: false });
  expect(failureOf(() => encodeCommand('Hyper', five, 4))).toMatchObject({ ...limit, isFatal: false });
  expect(read([encodeStream('stdin', five, 5)], 4).failure).toMatchObject({ ...limit, isFatal: true });
  expect(read([encodeStream('stdin', five, 5)], 5).failure).toBeUndefined();
  expect(read([fromHex('000203000000020100100000')]).failure).toBeUndefined();
  expect(read([fromHex('000203000000020100100001')]).failure?.code).toBe('message_too_large');
  expect(read([fromHex('0002030000000201ffffffff')]).failure?.code).toBe('message_too_large');
});

describe('the end of the stream', () => {
  it.each([
    ['in a header', '000203', 'truncated_header', "frame: couldn't read the full header"],
    ['in extra words of a header', '0002040000000201000000000000', 'truncated_body', 'EOF'],
    ['in a payload', '00020300000002010000000268', 'truncated_body', 'EOF'],
    ['between frames', '000203000000020100000000', 'connection_ended', 'EOF'],
  ])('%s', (_, hex, code, text) => {
    expect(read([fromHex(hex)]).reader.ended()).toMatchObject({ code, text, isFatal: true });
  });
});

describe('payloads of commands', () => {
  it.each([
    ['RegisterVM', readRegisterVm],
    ['UnregisterVM', readUnregisterVm],
    ['AttachVM', readAttachVm],
    ['Hyper', readV3Hyper],
    ['ConnectShim', readConnectShim],
    ['Signal', readSignal],
  ])('of %s: none, null, another type, no JSON', (_, readPayload) => {
    expect(failureOf(() => readPayload(new Uint8Array(0)))?.text).toBe('unexpected end of JSON input');
    expect(failureOf(() => readPayload(utf8.encode('null')))).toBeUndefined();
    expect(failureOf(() => readPayload(utf8.encode('[]')))).toMatchObject({ code: 'invalid_message', isFatal: false });
    expect(failureOf(() => readPayload(utf8.encode('sek')))?.text).toBe(
      "invalid character 's' looking for beginning of value",
    );
  });

  it('of RegisterVM', () => {
    expect(readRegisterVm(encodeRegisterVm({ ...vm, console: '/c', numIOStreams: 2 }))).toEqual({
      ...vm,
      console: '/c',
      numIOStreams: 2,
    });
    expect(readRegisterVm(encodeRegisterVm({ ...vm, console: '', numIOStreams: 0 }))).toEqual({
      ...vm,
      numIOStreams: 0,
    });
    expect(Buffer.from(encodeRegisterVm({ ...vm, console: '', numIOStreams: 0 })).toString()).not.toContain('console');
    expect(readRegisterVm(utf8.encode('{"numIOStreams":-1}')).numIOStreams).toBe(0);
    expect(failureOf(() => checkRegisterVm(vm))).toBeUndefined();
    for (const field of ['containerId', 'ctlSerial', 'ioSerial']) {
      expect(failureOf(() => checkRegisterVm({ ...vm, [field]: '' }))).toMatchObject({
        code: 'malformed_command',
        text: 'malformed RegisterVM command',
      });
    }
  });

  it('of AttachVM', () => {
    expect(readAttachVm(encodeAttachVm({ containerId: 'x', numIOStreams: 3 }))).toEqual({
      containerId: 'x',
      numIOStreams: 3,
    });
    expect(readAttachVm(utf8.encode('{"CONTAINERID":"x"}')).containerId).toBe('x');
  });

  it('of Hyper: tokens or null, data as they are written', () => {
    const { hyperName, tokens, data } = readV3Hyper(
      utf8.encode('{"hyperName":"execcmd","tokens":["a","b"],"data":{"x" : 1}}'),
    );
    expect({ hyperName, tokens, data: data?.text() }).toEqual({
      hyperName: 'execcmd',
      tokens: ['a', 'b'],
      data: '{"x" : 1}',
    });
    expect(readV3Hyper(encodeV3Hyper('ping', [], undefined))).toEqual({
      hyperName: 'ping',
      tokens: [],
      data: undefined,
    });
    expect(readV3Hyper(encodeV3Hyper('ping', [], null)).data?.text()).toBe('null');
    expect(failureOf(() => readV3Hyper(utf8.encode('{"tokens":[7]}')))?.text).toBe(
      'json: cannot unmarshal number into Go struct field Hyper.tokens of type string',
    );
    expect(failureOf(() => readV3Hyper(utf8.encode('{"tokens":"x"}')))?.code).toBe('invalid_message');
    expect(failureOf(() => encodeV3Hyper('x', [], () => undefined))).toBeUndefined();
    expect(failureOf(() => encodeV3Hyper('x', [], 1n))?.code).toBe('invalid_option');
  });
});

it('conformance 69: where shims go is read in either spelling, null tokens are none', () => {
  expect(readIoAccess(utf8.encode('{"io":{"URL":"unix:///p","tokens":null}}'))).toEqual({
    url: 'unix:///p',
    tokens: [],
  });
  expect(readIoAccess(utf8.encode('{"io":{"url":"unix:///p","tokens":["a"]}}'))).toEqual({
    url: 'unix:///p',
    tokens: ['a'],
  });
  expect(Buffer.from(encodeIoAccess({ url: 'unix:///p', tokens: [] })).toString()).toBe(
    '{"io":{"URL":"unix:///p","tokens":null}}',
  );
  for (const payload of ['', '[]', '{"io":7}', '{"io":{"tokens":[7]}}']) {
    expect(failureOf(() => readIoAccess(utf8.encode(payload)))).toMatchObject({
      code: 'invalid_response',
      isFatal: true,
    });
  }
});

describe('conformance 76: signals', () => {
  it.each([
    [{ signalNumber: 0 }],
    [{ signalNumber: 9 }],
    [{ signalNumber: 30 }],
    [{ signalNumber: 28, columns: 1, rows: 1 }],
    [{ signalNumber: 15, columns: 0, rows: 0 }],
  ])('%j is one', (signal) => {
    expect(failureOf(() => checkSignal(signal))).toBeUndefined();
    expect(readSignal(encodeSignal(signal))).toEqual({ columns: 0, rows: 0, ...signal });
  });

  it.each([
    [{ signalNumber: -1 }, 'invalid signal number -1'],
    [{ signalNumber: 31 }, 'invalid signal number 31'],
    [{ signalNumber: 64, columns: 1 }, 'invalid signal number 64'],
    [{ signalNumber: 1.5 }, 'invalid signal number 1.5'],
    [{ signalNumber: 28 }, 'received SIGWINCH but terminal size is invalid (0,0)'],
    [{ signalNumber: 28, columns: 80 }, 'received SIGWINCH but terminal size is invalid (80,0)'],
    [{ signalNumber: 10, columns: 5, rows: 5 }, 'received a terminal size (5,5) for signal user defined signal 1'],
    [{ signalNumber: 20, rows: 5 }, 'received a terminal size (0,5) for signal signal 20'],
  ])('%j: %s', (signal, text) => {
    expect(failureOf(() => checkSignal(signal))).toMatchObject({ code: 'bad_signal', text, isFatal: false });
  });

  it('have the names that Go prints', () => {
    expect([1, 9, 15, 16].map(signalName)).toEqual(['hangup', 'killed', 'terminated', 'signal 16']);
  });
});

describe('conformance 77: log entries', () => {
  const entry: LogEntry = { source: 'runtime', containerId: 'c', level: 'debug', msg: 'x' };

  it('go there and back', () => {
    expect(readLogEntry(encodeLogEntry(entry))).toEqual(entry);
    expect(readLogEntry(encodeLogEntry({ ...entry, containerId: '' }))).toEqual({
      source: 'runtime',
      level: 'debug',
      msg: 'x',
    });
    expect(failureOf(() => encodeLogEntry({ ...entry, msg: '' }))).toMatchObject({
      code: 'bad_stream',
      isFatal: false,
    });
  });

  it.each([
    ['{"source":"proxy","level":"warn","msg":"x"}', 'invalid source: proxy'],
    ['{"source":"shim","level":"fatal","msg":"x"}', 'invalid level: fatal'],
    ['{"source":"shim","level":"info","msg":""}', 'no message specified'],
    ['{}', 'invalid source: '],
    ['', 'unexpected end of JSON input'],
    ['sek', "invalid character 's' looking for beginning of value"],
  ])('%s: %s', (payload, text) => {
    expect(failureOf(() => readLogEntry(utf8.encode(payload)))).toMatchObject({
      code: 'bad_stream',
      text,
      isFatal: true,
    });
  });
});

it('fuzz: any bytes make frames or a typed error, the same ones in one piece and in many', () => {
  const header = fc
    .tuple(fc.constantFrom(3, 3, 3, 4, 2), fc.nat(0x24), fc.nat(7), fc.nat(20))
    .map(([words, type, opcode, length]) => Uint8Array.of(0, 2, words, 0, 0, 0, type, opcode, 0, 0, 0, length));
  const piece = fc.oneof(header, fc.uint8Array({ maxLength: 24 }), fc.constant(encodeConnectShim({ token })));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom(16, 4096), (pieces, maxPayloadBytes) => {
      const whole = Uint8Array.from(pieces.flatMap((one) => [...one]));
      const expected = read([whole], maxPayloadBytes);
      const found = read(pieces, maxPayloadBytes);
      expect(found.frames).toEqual(expected.frames);
      expect(found.failure?.text).toBe(expected.failure?.text);
      if (expected.failure === undefined) expect(found.reader.ended().text).toBe(expected.reader.ended().text);
      for (const { payload } of expected.frames) {
        const bytes = Buffer.from(payload, 'latin1');
        for (const readPayload of [
          readRegisterVm,
          readV3Hyper,
          readSignal,
          readLogEntry,
          readIoAccess,
          readErrorMessage,
        ]) {
          failureOf(() => readPayload(bytes));
        }
      }
    }),
    { numRuns: fuzzInputs(300) },
  );
});

describe.skipIf(capturesFolder === undefined)('captured frames', () => {
  it('of the proxy and of clients are read, and written again as the same bytes', () => {
    let count = 0;
    for (const { bytes, from, conn } of captures('3.0.23').flatMap(({ lines }) => lines)) {
      if (bytes.length === 0 || from !== 'proxy' || !/^[cs]\d$/.test(conn)) continue;
      const reader = new FrameReader(4 * 2 ** 20);
      reader.push(bytes);
      const frame = reader.read();
      expect(frame && written(frame)).toEqual(Uint8Array.from(bytes));
      expect(reader.read()).toBeUndefined();
      count += 1;
    }
    expect(count).toBeGreaterThan(200);
  });
});

function written(frame: Frame): Uint8Array {
  switch (frame.type) {
    case 'command':
      return encodeCommand(frame.name, frame.payload);
    case 'response':
      return encodeResponse(frame.name, frame.payload, frame.isError);
    case 'stream':
      return encodeStream(frame.name, frame.payload);
    case 'notification':
      return encodeProcessExited(frame.payload[0] ?? 0);
  }
}
