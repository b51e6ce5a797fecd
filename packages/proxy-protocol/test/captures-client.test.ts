import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { goJson } from '@moorline/core';
import { afterAll, describe, expect, it } from 'vitest';
import { connectProxy, isProxyError, type ProcessIo, type ProxyClient, type V3ProxyClient } from '../src/index.js';
import { FrameReader } from '../src/wire/v3/frame-reader.js';
import type { Frame } from '../src/wire/v3/frame.js';
import { loadFdPassing } from '../src/fd/fd-passing.js';
import { type Capture, type CaptureLine, captures, capturesFolder } from './support/captures.js';
import { type ScriptedPeer, scriptedProxy } from './support/scripted-proxy.js';
import { toHex } from './support/splits.js';

/**
 * The captured bytes of clients, sent by ours: each message that it can be made to send is sent by it, compared byte for byte, and
 * answered with what the real proxy answered. The rest, by case, is what only a client that breaks the rules sends.
 */
const notOurs = {
  v2: names(`
    allocate-count--1 allocate-count-0 allocate-count-3 allocate-fraction allocate-missing-count
    allocate-no-data allocate-not-attached-bad-count allocate-pipelined-two allocate-string
    allocate-then-hyper-pipelined attach-array attach-no-data attach-null-data attach-number bye-no-data
    frame-array frame-body-1048576 frame-body-1048577 frame-body-split frame-case-insensitive
    frame-duplicate-keys frame-empty-object frame-eof-between frame-eof-in-body frame-eof-in-header
    frame-flags-1 frame-flags-high frame-garbage frame-half-close frame-header-split-4-4 frame-length-zero
    frame-no-id frame-null frame-numeric-id frame-oversize-announced frame-pipelined frame-trailing-newline
    frame-trailing-nul frame-two-values frame-unknown-id frame-unknown-id-bad-utf8 frame-unknown-id-escapes
    frame-unknown-id-utf8 frame-unknown-keys frame-v3-attach-to-v2 frame-v3-register-to-v2 hello-empty-data
    hello-no-data hyper-no-data hyper-startpod-bytes-kept
  `),
  v3: names(`
    bad-command-opcode-7 bad-notification-opcode-1 bad-response-opcode-7 bad-stream-opcode-4 bad-type-15
    bad-type-4 bad-version-0 bad-version-1 bad-version-3 eof-in-header eof-in-payload extended-header-split
    flags-all-set header-0-words header-2-words header-6-words header-split-6-6 hyper-startpod
    hyper-too-long-wedges hyper-unknown-name-wedges hyper-without-tokens-key log-bad-empty log-bad-empty-msg
    log-bad-level log-bad-no-payload log-bad-not-json log-bad-source newcontainer-two-tokens
    no-payload-AttachVM no-payload-ConnectShim no-payload-Hyper no-payload-RegisterVM no-payload-Signal
    no-payload-UnregisterVM notification-to-server payload-array payload-case-insensitive-keys payload-escapes
    payload-not-json payload-null payload-split pipelined register-empty register-negative-streams
    reserved-nonzero response-to-server shim-second-connect-same-connection signal-invalid stderr-to-server
    stdin-from-non-shim stdout-to-server stream-stdin-10228-and-10229 v2-bytes-to-v3
  `),
};

function names(text: string): string[] {
  return text.trim().split(/\s+/);
}

const isClient = ({ conn }: CaptureLine): boolean => /^[cs]\d$/.test(conn);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const passing = await loadFdPassing().catch(() => undefined);
const devNull = openSync('/dev/null', 'r');
afterAll(() => closeSync(devNull));

/** What became of a call: `ok`, or the proxy's text, or the code of a lost connection. */
type Outcome = Promise<string>;

const outcomeOf = (call: Promise<unknown>): Outcome =>
  call.then(
    () => 'ok',
    (error: unknown) => {
      if (!isProxyError(error)) throw error;
      return error.code === 'refused' ? error.text : error.code;
    },
  );

/** The lines of each connection of a client, in order. */
function conversations({ lines }: Capture): CaptureLine[][] {
  const conns = [...new Set(lines.filter(isClient).map(({ conn }) => conn))];
  return conns.map((conn) => lines.filter((line) => line.conn === conn));
}

async function send(peer: ScriptedPeer, { bytes, fd }: CaptureLine): Promise<void> {
  if (!fd) return peer.write(bytes);
  if (bytes.length > 1) await peer.write(bytes.subarray(0, -1));
  return peer.sendFd(devNull);
}

describe.skipIf(capturesFolder === undefined || passing === undefined)('captured clients of v2', () => {
  const skipped = new Set<string>();

  function callOf(client: ProxyClient, bytes: Uint8Array): Promise<unknown> | undefined {
    const body = text(bytes.subarray(8));
    let request: { id: string; data: Record<string, unknown> };
    try {
      request = JSON.parse(body);
      if (toHex(bytes.subarray(0, 4)) !== body.length.toString(16).padStart(8, '0')) return undefined;
      if (goJson(JSON.parse(body)) !== body) return undefined;
      if (Object.keys(request).join() !== 'id,data') return undefined;
    } catch {
      return undefined;
    }
    const { id, data } = request;
    const keys = Object.keys(data ?? {}).join();
    switch (`${id} ${keys}`) {
      case 'hello containerId,ctlSerial,ioSerial':
      case 'hello containerId,ctlSerial,ioSerial,console':
        return client.hello({ ...(data as { containerId: string; ctlSerial: string; ioSerial: string }) });
      case 'attach containerId':
        return typeof data['containerId'] === 'string' ? client.attach(data['containerId']) : undefined;
      case 'bye containerId':
        return client.bye(String(data['containerId']));
      case 'allocateIO nStreams': {
        const { nStreams } = data;
        if (nStreams !== 1 && nStreams !== 2) return undefined;
        const { close } = passing ?? { close: closeSync };
        return client.allocateIo(nStreams).then(({ fd }) => close(fd));
      }
      case 'hyper hyperName':
      case 'hyper hyperName,data':
        return client.hyper(String(data['hyperName']), data['data']);
      default:
        return undefined;
    }
  }

  async function replay(capture: Capture, proxy: Awaited<ReturnType<typeof scriptedProxy>>): Promise<number> {
    let sent = 0;
    for (const lines of conversations(capture)) {
      const client = await connectProxy({
        path: proxy.path,
        compat: capture.generation === '2.0.0' ? '2.0.0' : '2.2',
        maxMessageBytes: 2 ** 21,
      });
      const peer = await proxy.accept();
      let call: Outcome | undefined;
      for (const line of lines) {
        if (line.from === 'client' && line.bytes.length > 0) {
          const started = callOf(client, line.bytes);
          if (started === undefined) {
            skipped.add(capture.name);
            break;
          }
          call = outcomeOf(started);
          expect(toHex(await peer.read(line.bytes.length))).toBe(toHex(line.bytes));
          sent++;
        } else if (line.from === 'proxy' && line.bytes.length > 0) {
          await send(peer, line);
          if (line.bytes[0] === 0x46) continue;
          const response: { success: boolean; error?: string; data?: object } = JSON.parse(
            text(line.bytes.subarray(8, 8 + new DataView(line.bytes.buffer, line.bytes.byteOffset).getUint32(0))),
          );
          if (response.data !== undefined && 'ioBase' in response.data) continue;
          expect(await call).toBe(response.success ? 'ok' : response.error);
          call = undefined;
        } else if (line.from === 'proxy') break;
      }
      peer.socket.destroy();
      if (call !== undefined) expect(['ok', 'connection_ended']).toContain(await call);
      await client.close();
    }
    return sent;
  }

  it.each(['2.0.0', '2.2.4'] as const)('of %s', async (generation) => {
    skipped.clear();
    const proxy = await scriptedProxy();
    let sent = 0;
    for (const capture of captures(generation)) {
      sent += await replay(capture, proxy);
    }
    expect(sent).toBeGreaterThan(200);
    expect([...skipped].sort()).toEqual(notOurs.v2);
  });
});

describe.skipIf(capturesFolder === undefined)('captured clients of v3', () => {
  const skipped = new Set<string>();

  async function replay(capture: Capture, proxy: Awaited<ReturnType<typeof scriptedProxy>>): Promise<number> {
    let sent = 0;
    for (const lines of conversations(capture)) {
      const client = await connectProxy({ path: proxy.path, generation: 'v3', maxMessageBytes: 2 ** 22 });
      const peer = await proxy.accept();
      const driver = new Driver(client);
      for (const line of lines) {
        if (line.from !== 'proxy' && line.bytes.length > 0) {
          const isOurs = driver.send(line.bytes);
          if (!isOurs) {
            skipped.add(capture.name);
            break;
          }
          expect(toHex(await peer.read(line.bytes.length))).toBe(toHex(line.bytes));
          sent++;
        } else if (line.from === 'proxy' && line.bytes.length > 0) {
          await peer.write(line.bytes);
          await driver.received(line.bytes);
        } else if (line.from === 'proxy') break;
      }
      peer.socket.end();
      await peer.ended();
      await driver.check();
      await client.close();
    }
    return sent;
  }

  it('of 3.0.23', async () => {
    const proxy = await scriptedProxy();
    let sent = 0;
    for (const capture of captures('3.0.23')) sent += await replay(capture, proxy);
    expect(sent).toBeGreaterThan(200);
    expect([...skipped].sort()).toEqual(notOurs.v3);
  });
});

function frameOf(bytes: Uint8Array): Frame | undefined {
  const reader = new FrameReader(2 ** 22);
  try {
    reader.push(bytes);
    const frame = reader.read();
    return reader.read() === undefined ? frame : undefined;
  } catch {
    return undefined;
  }
}

/** Makes a client send the frames of a capture, and knows what must come out of the answers. */
class Driver {
  readonly #client: V3ProxyClient;
  readonly #calls: Outcome[] = [];
  #shim: Promise<ProcessIo> | undefined;
  readonly #expected = { stdout: '', stderr: '', status: undefined as number | undefined };
  readonly #found = { stdout: '', stderr: '', status: undefined as number | undefined };

  constructor(client: V3ProxyClient) {
    this.#client = client;
  }

  /** @returns false for what our client never sends. */
  send(bytes: Uint8Array): boolean {
    const frame = frameOf(bytes);
    if (frame === undefined || !toHex(bytes).startsWith('0002030000000')) return false;
    if (frame.type === 'stream') return this.#stream(frame.name, frame.payload);
    if (frame.type !== 'command') return false;
    const call = this.#command(frame.name, frame.payload);
    if (call === undefined) return false;
    this.#calls.push(outcomeOf(call));
    return true;
  }

  #stream(name: string, payload: Uint8Array): boolean {
    if (name === 'stdin' && payload.length <= 10_228 && this.#shim !== undefined) {
      void this.#shim.then(({ stdin }) => (payload.length === 0 ? stdin.end() : stdin.write(payload)));
      return true;
    }
    if (name !== 'log') return false;
    try {
      void this.#client.log(JSON.parse(text(payload)));
      return true;
    } catch {
      return false;
    }
  }

  #command(name: string, payload: Uint8Array): Promise<unknown> | undefined {
    const client = this.#client;
    let value: Record<string, unknown>;
    try {
      value = payload.length === 0 ? {} : JSON.parse(text(payload));
      if (payload.length > 0 && goJson(value) !== text(payload)) return undefined;
    } catch {
      return undefined;
    }
    const { containerId, numIOStreams, token, tokens, hyperName, data, signalNumber, columns, rows } = value ?? {};
    switch (`${name} ${Object.keys(value ?? {}).join()}`) {
      case 'RegisterVM containerId,ctlSerial,ioSerial':
      case 'RegisterVM containerId,ctlSerial,ioSerial,console':
      case 'RegisterVM containerId,ctlSerial,ioSerial,numIOStreams':
      case 'RegisterVM containerId,ctlSerial,ioSerial,console,numIOStreams':
        if (Number(numIOStreams) < 0) return undefined;
        return client.registerVm(value as unknown as Parameters<V3ProxyClient['registerVm']>[0]);
      case 'AttachVM containerId':
      case 'AttachVM containerId,numIOStreams':
        return client.attachVm(value as unknown as Parameters<V3ProxyClient['attachVm']>[0]);
      case 'UnregisterVM containerId':
        return client.unregisterVm(String(containerId));
      case 'Hyper hyperName,tokens':
      case 'Hyper hyperName,tokens,data': {
        const list = tokens as string[] | null;
        if (list !== null && list.length !== 1) return undefined;
        const call = client.hyper(String(hyperName), data, { token: list?.[0] });
        if (/^(bogus)$/.test(String(hyperName)) || JSON.stringify(data ?? '').length > 10_232) {
          call.catch(() => undefined);
          return undefined;
        }
        return call;
      }
      case 'ConnectShim token': {
        if (this.#shim !== undefined) return undefined;
        this.#shim = client.connectShim(String(token));
        this.#shim.then((io) => this.#collect(io)).catch(() => (this.#shim = undefined));
        return this.#shim;
      }
      case 'DisconnectShim ':
        return client.disconnectShim();
      case 'Signal signalNumber':
        if (Number(signalNumber) < 0 || Number(signalNumber) > 30 || signalNumber === 28) return undefined;
        return client.signal(Number(signalNumber));
      case 'Signal signalNumber,columns,rows':
        if (signalNumber !== 28) return undefined;
        return client.resize({ columns: Number(columns), rows: Number(rows) });
      default:
        return undefined;
    }
  }

  #collect({ stdout, stderr, exited }: ProcessIo): void {
    stdout.on('data', (chunk) => (this.#found.stdout += Buffer.from(chunk).toString('latin1')));
    stderr.on('data', (chunk) => (this.#found.stderr += Buffer.from(chunk).toString('latin1')));
    exited.then((status) => (this.#found.status = status)).catch(() => undefined);
  }

  async received(bytes: Uint8Array): Promise<void> {
    const frame = frameOf(bytes);
    if (frame?.type === 'response') {
      const said = frame.isError ? (JSON.parse(text(frame.payload)) as { msg: string }).msg : 'ok';
      expect(await this.#calls.shift()).toBe(said);
    } else if (frame?.type === 'stream' && frame.name !== 'stdin' && frame.name !== 'log') {
      // What comes after the exit is of no process.
      if (this.#expected.status === undefined)
        this.#expected[frame.name] += Buffer.from(frame.payload).toString('latin1');
    } else if (frame?.type === 'notification') this.#expected.status ??= frame.payload[0];
  }

  async check(): Promise<void> {
    await this.#client.ended;
    const io = await this.#shim;
    for (const one of io === undefined ? [] : [io.stdout, io.stderr]) if (!one.readableEnded) await once(one, 'end');
    expect(this.#found).toEqual(this.#expected);
    for (const call of this.#calls) expect(['ok', 'connection_ended']).toContain(await call);
  }
}
