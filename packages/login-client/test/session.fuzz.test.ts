import { createServer } from 'node:http';
import { Duplex } from 'node:stream';
import { createFakeClock } from '@moorline/core/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzInputs } from '../../../tools/testenv/scale.js';
import { createMemoryLoginStore, createSessionServer } from '../src/server.js';
import { encodeFrame } from '../src/wire/session/frame.js';
import { encodeGrpcMessage, GrpcReader } from '../src/wire/session/grpc-reader.js';
import { decodeAgentPacket, encodeHello, encodeResult } from '../src/wire/session/packet.js';
import { smallRequest } from './support/machine.js';

const numRuns = fuzzInputs(150);

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const damaged = (bytes: Uint8Array) =>
  fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })).map(([at, byte]) => {
    const copy = new Uint8Array(bytes);
    copy[at] = byte;
    return copy;
  });

/** The server's end of a connection without a network: what is written into it, and what came out. */
class Connection extends Duplex {
  said = '';
  remoteAddress = '127.0.0.1';

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.said += chunk.toString('latin1');
    done();
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}

describe('any bytes', () => {
  const store = createMemoryLoginStore();
  const sessions = createSessionServer({ store, clock: createFakeClock() });
  const server = createServer();
  sessions.attachTo(server);
  let token = '';
  beforeAll(async () => {
    const registration = store.addRegistration({ token: 'reg-7f3c9a', nodeGroup: 'lab' });
    await store.addMachine({ id: 'm-0017', workspace: 'default', nodeGroup: 'lab' }, registration, smallRequest);
    token = await store.issueSessionToken('m-0017');
  });
  afterAll(() => sessions.close());

  /** One request on a connection of its own. */
  async function said(head: string, body: Uint8Array = new Uint8Array()): Promise<{ text: string; close(): void }> {
    const connection = new Connection();
    connection.on('error', () => undefined);
    server.emit('connection', connection);
    connection.push(head);
    if (body.length > 0)
      connection.push(Buffer.concat([bytesOf(`${body.length.toString(16)}\r\n`), body, bytesOf('\r\n')]));
    for (let turn = 0; turn < 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    return { text: connection.said, close: () => connection.destroy() };
  }

  const head = (type: string, bearer: string, more: string): string =>
    `POST /api/v1/session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bearer}\r\nX-GPUD-Machine-ID: m-0017\r\nX-GPUD-Session-Type: ${type}\r\n${more}\r\n`;

  it('on a write stream are replies, or end the session in good order', async () => {
    const frames = bytesOf(encodeFrame('{"states":[]}', 'q-1') + encodeFrame('{}', 'q-2'));
    const body = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.json().map(bytesOf), damaged(frames));
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        const read = await said(head('read', token, 'Content-Length: 0\r\n'));
        const write = await said(head('write', token, 'Transfer-Encoding: chunked\r\n'), bytes);
        expect(read.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        if (sessions.get('m-0017') === undefined)
          expect(write.text).toMatch(/^HTTP\/1\.1 200 OK\r\n(.+\r\n)*content-length: 0\r\n(.+\r\n)*\r\n$/i);
        else expect(write.text).toBe('');
        read.close();
        write.close();
      }),
      { numRuns },
    );
  });

  it('in the headers of a session are refused with whole JSON, or begin one', async () => {
    const word = fc.string({ maxLength: 20 }).map((text) => text.replace(/[^\x21-\x7e]/g, ''));
    const type = fc.oneof(fc.constantFrom('read', 'write', ''), word);
    const bearer = fc.oneof(
      word,
      fc.boolean().map(() => token),
    );
    await fc.assert(
      fc.asyncProperty(type, bearer, word, async (stream, secret, extra) => {
        const asked = await said(head(stream, secret, `Content-Length: 0\r\nX-More: ${extra}\r\n`));
        const [first = '', body = ''] = asked.text.split('\r\n\r\n');
        const isGood = secret === token && (stream === 'read' || stream === 'write');
        if (!isGood) {
          expect(first).toMatch(/^HTTP\/1\.1 40[01] /);
          expect(Object.keys(JSON.parse(body) as object)).toEqual(['code', 'message', 'status', 'error']);
        } else expect(asked.text.slice(0, 12)).toBe(stream === 'read' ? 'HTTP/1.1 200' : '');
        asked.close();
      }),
      { numRuns },
    );
  });

  it('on a stream of version 2 are packets or an error of their own', () => {
    const packets = [
      encodeHello({ agentVersion: 'v0.13.0', maxReceiveMessageBytes: 1 }),
      encodeResult('q', bytesOf('{}')),
    ];
    const stream = Buffer.concat(packets.map(encodeGrpcMessage));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged(stream)), (bytes) => {
        try {
          new GrpcReader().push(bytes, (message) => void decodeAgentPacket(message));
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^(bad_packet|packet_too_large)$/);
        }
      }),
      { numRuns: numRuns * 4 },
    );
  });
});
