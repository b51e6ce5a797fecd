import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRpcError } from '../src/index.js';
import type { DaemonHandler } from '../src/server.js';
import { connectDaemon, dialDaemon, isDialError } from '../src/transports.js';
import { captureFolder, goStrings, readCapture, sections } from './support/captures.js';
import { clientFrame, closePayload, type RawDaemon } from './support/frames.js';
import { type PlainSocket, startPlainPlatform } from './support/platform.js';
import { startService } from './support/service.js';

/** A daemon of ours, and the service that it has dialled, on plain `ws`. */
async function startDaemon(handler: DaemonHandler): Promise<PlainSocket> {
  const platform = await startPlainPlatform();
  const daemon = connectDaemon({
    url: `${platform.url}/api/flux`,
    allowInsecureHttp: true,
    token: 's3cret',
    userAgent: 'fluxd/1.25.4',
    handler,
  });
  onTestFinished(() => daemon.close());
  return platform.next();
}

const version = (id: number): string => `{"method":"RPCServer.Version","params":[{}],"id":${id}}`;
const binary = (peer: PlainSocket, ...pieces: (string | Buffer)[]): void => {
  for (const piece of pieces) peer.socket.send(Buffer.from(piece));
};

describe('a daemon', () => {
  const text = 'a: "{[}]\\"\\\\ ä – 日本"';
  const handler: DaemonHandler = {
    version: () => '1.2.3',
    syncStatus: (ref) => [ref],
    listImages: (spec) => [{ ID: spec }],
  };

  it.each([
    ['2', 2],
    ['3', 3],
    ['as many one-byte', Infinity],
  ])('conformance 13: takes a value in %s messages for one call', async (_name, count) => {
    const peer = await startDaemon(handler);
    const bytes = Buffer.from(version(0));
    const size = Math.ceil(bytes.length / Math.min(count, bytes.length));
    for (let at = 0; at < bytes.length; at += size) binary(peer, bytes.subarray(at, at + size));
    expect(await peer.message(0)).toBe('{"id":0,"result":"1.2.3","error":null}\n');
  });

  it('conformance 14: takes two values in one message, without a line end', async () => {
    const peer = await startDaemon(handler);
    binary(peer, version(0) + version(1));
    expect([await peer.message(0), await peer.message(1)]).toEqual([
      '{"id":0,"result":"1.2.3","error":null}\n',
      '{"id":1,"result":"1.2.3","error":null}\n',
    ]);
  });

  it('conformance 15: ignores white space in front, and empty messages', async () => {
    const peer = await startDaemon(handler);
    binary(peer, '', ' \n\t', '', `\r\n ${version(0)}`, '', '\n');
    expect(await peer.message(0)).toBe('{"id":0,"result":"1.2.3","error":null}\n');
    binary(peer, version(1));
    expect(await peer.message(1)).toContain('"id":1');
  });

  it('conformance 16: ignores text messages, and stays in step', async () => {
    const peer = await startDaemon(handler);
    peer.socket.send(version(9));
    binary(peer, version(0).slice(0, 20));
    peer.socket.send('{"text":');
    binary(peer, version(0).slice(20));
    expect(await peer.message(0)).toContain('"id":0');
    binary(peer, version(1));
    expect(await peer.message(1)).toContain('"id":1');
    expect(peer.messages).toHaveLength(2);
  });

  it('conformance 18, 19: takes brackets, quotes and long characters as they are, wherever they are split', async () => {
    const peer = await startDaemon(handler);
    const request = JSON.stringify({ method: 'RPCServer.SyncStatus', params: [text], id: 0 });
    const bytes = Buffer.from(request);
    for (let at = 1, call = 0; at < bytes.length; at++, call++) {
      binary(peer, bytes.subarray(0, at), bytes.subarray(at));
      const answer = JSON.parse(await peer.message(call)) as { result: { Result: string[] } };
      expect(answer.result.Result).toEqual([text]);
    }
  });

  it('conformance 20: reads escaped brackets', async () => {
    const peer = await startDaemon({ listImages: (spec) => (spec === '<all>' ? [] : null) });
    binary(peer, '{"method":"RPCServer.ListImages","params":["\\u003call\\u003e"],"id":0}');
    expect(await peer.message(0)).toBe('{"id":0,"result":{"Result":[],"ApplicationError":null},"error":null}\n');
  });

  it('never speaks first', async () => {
    const peer = await startDaemon(handler);
    const pong = once(peer.socket, 'pong');
    peer.socket.ping();
    await pong;
    expect(peer.messages).toEqual([]);
  });
});

describe('a service', () => {
  it('conformance 12: sends one binary message for a call, with a line end', async () => {
    const { dial } = await startService();
    const { daemon, client } = await dial();
    const call = client.ping();
    expect(await daemon.frame(0)).toMatchObject({ isFinal: true, opcode: 2 });
    expect(daemon.frames[0]?.payload.toString()).toBe('{"method":"RPCServer.Ping","params":[{}],"id":0}\n');
    daemon.socket.write(clientFrame(2, '{"id":0,"result":{},"error":null}\n'));
    await call;
  });

  it('conformance 17: reads an Export of 270 kB in frames of 4,096 bytes', async () => {
    const { dial } = await startService();
    const { daemon, client } = await dial();
    const bytes = Buffer.from(Array.from({ length: 270_000 }, (_, index) => index * 7));
    const call = client.export();
    await daemon.frame(0);
    const answer = Buffer.from(`{"id":0,"result":{"Result":"${bytes.toString('base64')}"},"error":null}\n`);
    for (let at = 0; at < answer.length; at += 4096) {
      const isFinal = at + 4096 >= answer.length;
      daemon.socket.write(clientFrame(at === 0 ? 2 : 0, answer.subarray(at, at + 4096), { isFinal }));
    }
    expect(Buffer.from(await call).equals(bytes)).toBe(true);
  });

  it('conformance 24: answers a ping with a pong of the same payload', async () => {
    const { dial } = await startService();
    const { daemon } = await dial();
    daemon.socket.write(clientFrame(9, 'hello'));
    expect(await daemon.frame(0)).toMatchObject({ opcode: 10, payload: Buffer.from('hello') });
  });

  it('conformance 78: drops a daemon whose call failed fatally, and keeps one whose call failed otherwise', async () => {
    const { dial, registry } = await startService();
    const { daemon, client } = await dial();
    const remote = client.ping().catch((error: unknown) => error);
    await daemon.frame(0);
    daemon.socket.write(clientFrame(2, '{"id":0,"result":null,"error":"busy"}\n'));
    expect(await remote).toMatchObject({ code: 'remote', isFatal: false });
    expect(registry.size).toBe(1);
    const fatal = registry.call('t', (same) => same.syncStatus('HEAD')).catch((error: unknown) => error);
    await daemon.frame(1);
    daemon.socket.write(clientFrame(2, '{"id":1,"result":5,"error":null}\n'));
    expect(await fatal).toMatchObject({ code: 'invalid_result', isFatal: true });
    expect(registry.size).toBe(0);
    expect(await daemon.frame(2)).toMatchObject({ opcode: 8, payload: closePayload(1000, 'ok') });
    await daemon.closed;
  });
});

describe.skipIf(captureFolder === undefined)('captured sessions', () => {
  it('websocket-daemon: our daemon answers the captured service frame for frame', async () => {
    const capture = readCapture('websocket-daemon.txt');
    const parts = sections(capture, /^ {2}-- +(.*)$/);
    // What the capture's big answer held: 3,393 bytes of `x`.
    const peer = await startDaemon({ version: () => '1.2.3', export: () => Buffer.alloc(3393, 'x') });
    const whole = { fin: true };
    const steps: Record<string, () => void> = {
      'binary ping': () => binary(peer, '{"method":"RPCServer.Ping","params":[{}],"id":0}\n'),
      'binary no newline': () => binary(peer, version(1)),
      'text frame ignored': () => peer.socket.send(`${version(2)}\n`),
      'split part 1 (two messages)': () => binary(peer, '{"method":"RPCServer.Ver'),
      'split part 2': () => binary(peer, 'sion","params":[{}],"id":3}\n'),
      'text frame between halves': () => binary(peer, '{"method":"RPCServer.Version",'),
      text: () => peer.socket.send('"garbage"'),
      rest: () => binary(peer, '"params":[{}],"id":4}\n'),
      'two in one message': () => binary(peer, `${version(5)}\n{"method":"RPCServer.Ping","params":[{}],"id":6}\n`),
      'fragmented msg': () => peer.socket.send(Buffer.from(version(7).slice(0, 12)), { fin: false }),
      cont: () => peer.socket.send(Buffer.from(`${version(7).slice(12)}\n`), whole),
      'empty binary message': () => binary(peer, ''),
      'after empty': () => binary(peer, `${version(8)}\n`),
      'big result': () => binary(peer, '{"method":"RPCServer.Export","params":[{}],"id":9}\n'),
    };
    const expected: { text: string; length: number }[] = [];
    let isContinued = false;
    for (const { title, lines } of parts) {
      const step = steps[title];
      if (step === undefined) continue;
      step();
      for (const line of lines) {
        const [, fin, opcode, length] = /daemon-> fin=(true|false) op=(\d+) masked=true len=(\d+)/.exec(line) ?? [];
        if (fin === undefined) continue;
        const [text = ''] = goStrings(line);
        const last = expected.at(-1);
        if (isContinued && last !== undefined) last.length += Number(length);
        else expected.push({ text: text.replace(/\.\.\.\(\d+\)$/, ''), length: Number(length) });
        expect(opcode).toBe(isContinued ? '0' : '2');
        isContinued = fin === 'false';
      }
      await peer.message(expected.length - 1);
    }
    expect(expected.map(({ text }) => text)).toContain('{"id":0,"result":{},"error":null}\n');
    const answers = peer.messages.map(({ text }) => text);
    expect(answers.length).toBe(expected.length);
    // Two calls of one message may be answered in any order.
    const inOrder = (texts: string[]): string[] => [...texts].sort();
    expect(
      inOrder(answers).map((text, index) => text.startsWith(inOrder(expected.map(({ text: of }) => of))[index] ?? '-')),
    ).not.toContain(false);
    expect(answers.map((text) => text.length).sort()).toEqual(expected.map(({ length }) => length).sort());
    const pong = once(peer.socket, 'pong');
    peer.socket.ping('hello');
    expect(String((await pong)[0])).toBe('hello');
  });

  it('websocket-service: our service answers a plain GET and an upgrade as the captured one', async () => {
    const capture = readCapture('websocket-service.txt');
    const { port, dial } = await startService();
    const plain = capture.find((line) => line.startsWith('plain GET: ')) ?? '';
    const answer = await fetch(`http://127.0.0.1:${port}/v11/daemon`);
    expect(plain).toContain(`plain GET: ${answer.status} ${JSON.stringify(await answer.text())}`);
    for (const [, name = '', value = ''] of plain.matchAll(/([A-Z][\w-]+):\[([^\]]*)\]/g)) {
      if (name !== 'Date' && name !== 'Content-Length') expect(answer.headers.get(name)).toBe(value);
    }
    const upgrade = capture.find((line) => line.startsWith('upgrade: 101')) ?? '';
    const { daemon } = await dial();
    const [status, ...headers] = daemon.answer.split('\r\n');
    expect(upgrade).toContain(status?.replace('HTTP/1.1 ', '') ?? '-');
    const captured = [...upgrade.matchAll(/([A-Z][\w-]+):\[([^\]]*)\]/g)].map(([, name, value]) => `${name}: ${value}`);
    const byName = (lines: string[]): string[] => lines.map((line) => line.replace('WebSocket-', 'Websocket-')).sort();
    expect(byName(headers)).toEqual(byName(captured));
  });

  const ends: Record<string, (daemon: RawDaemon) => void> = {
    normal1000: ({ socket }) => socket.write(clientFrame(8, closePayload(1000, 'bye'))),
    going1001: ({ socket }) => socket.write(clientFrame(8, closePayload(1001, 'bye'))),
    'abnormal-tcp-close': ({ socket }) => socket.destroy(),
    proto1002: ({ socket }) => socket.write(clientFrame(8, closePayload(1002))),
    policy1008: ({ socket }) => socket.write(clientFrame(8, closePayload(1008, 'no'))),
    nostatus: ({ socket }) => socket.write(clientFrame(8, '')),
    'invalid-payload': ({ socket }) => socket.write(clientFrame(2, '{}', { isMasked: false })),
    '1011': ({ socket }) => socket.write(clientFrame(8, closePayload(1011, 'no'))),
  };

  const captured = captureFolder === undefined ? [] : readCapture('websocket-service.txt');
  const heading = /^(\S+) => remote\.FatalError/;
  const endings = captured.flatMap((line, index) => {
    const [, name] = heading.exec(line) ?? [];
    const [, text] = /FatalError\{[^}]*\} (.*)$/.exec(line) ?? [];
    const answer = /svc-> .* op=8 .*/.exec(captured[index + 1] ?? '')?.[0];
    return name === undefined || text === undefined ? [] : [{ name, text, answer }];
  });

  it.each(endings)('websocket-service: $name ends a call as captured: $text', async ({ name, text, answer }) => {
    const { dial, registry } = await startService();
    const { daemon, client } = await dial();
    const call = client.ping().catch((error: unknown) => error);
    await daemon.frame(0);
    const end = ends[name];
    if (end === undefined) throw new Error(`no such end: ${name}`);
    end(daemon);
    const error = await call;
    expect(isRpcError(error) && error.isFatal).toBe(true);
    // A faulty frame is described in the words of another library.
    if (name === 'invalid-payload') expect(error).toMatchObject({ cause: { code: 'websocket_protocol' } });
    else expect(isRpcError(error) && error.message).toBe(text);
    if (answer !== undefined) {
      const frame = await daemon.frame(1);
      const [bytes = ''] = goStrings(answer);
      const isOfAnotherLibrary = name === 'invalid-payload';
      expect(frame.opcode).toBe(8);
      expect(frame.payload.toString('latin1')).toBe(isOfAnotherLibrary ? bytes.slice(0, 2) : bytes);
    }
    expect(registry.size).toBe(0);
  });

  it('websocket-service: all of its endings are replayed', () => {
    expect(endings.map(({ name }) => name).sort()).toEqual(Object.keys(ends).sort());
  });

  const statuses = readCapture('upgrade-status.txt').flatMap((line) => {
    const [, status, text] = /^(\d+) => \*websocket\.DialErr (.*)$/.exec(line) ?? [];
    return status === undefined || text === undefined ? [] : [{ status: Number(status), text }];
  });

  it('upgrade-status: every captured status has the captured text', async () => {
    expect(statuses.length).toBeGreaterThan(9);
    const platform = await startPlainPlatform();
    for (const { status, text } of statuses) {
      platform.answer(status);
      const error = await dialDaemon({ url: platform.url, allowInsecureHttp: true }).catch((reason: unknown) => reason);
      expect(isDialError(error) && error.status).toBe(status);
      const port = new URL(platform.url).port;
      expect(isDialError(error) && error.message).toContain(text.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`));
    }
  });
});
