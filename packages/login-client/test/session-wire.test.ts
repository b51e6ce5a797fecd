import { readFileSync } from 'node:fs';
import { create, type DescField, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import {
  file_gpud_session_v2_session as protoFile,
  ManagerPacketSchema,
} from '../src/wire/session/generated/gpud/session/v2/session_pb.js';
import { parseFrame } from '../src/wire/session/frame.js';
import { encodeGrpcMessage, GrpcReader } from '../src/wire/session/grpc-reader.js';
import { readSessionHeaders } from '../src/wire/session/headers.js';
import {
  decodeAgentPacket,
  decodeManagerPacket,
  encodeHello,
  encodeHelloAck,
  encodeResult,
} from '../src/wire/session/packet.js';
import { encodeSessionRequest, parseSessionRequest, type SessionRequest } from '../src/wire/session/request.js';
import { encodeRequestPacket, readRequestPacket } from '../src/wire/session/request-packet.js';
import { encodeSessionResponse, parseSessionResponse } from '../src/wire/session/response.js';
import { readVectors, vectorFolder } from './support/vectors.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

interface MethodVector {
  section: string;
  label: string;
  request: object | string;
  reply?: string;
  requestGrpcFrameHex?: string;
}

/** Real ones; replies that were cut for length are left out. */
const methodsOf = (file: string): MethodVector[] =>
  (readVectors(file) as MethodVector[]).filter(({ section }) => section === 'methods');
const isWhole = (reply: string | undefined): reply is string => reply !== undefined && !/…\(\d+ bytes\)$/.test(reply);

const messageOf = (frame: Uint8Array): Uint8Array => {
  const messages: Uint8Array[] = [];
  new GrpcReader().push(frame, (message) => messages.push(message));
  expect(messages).toHaveLength(1);
  return messages[0] ?? new Uint8Array();
};

const now = Date.parse('2026-11-23T04:43:52Z');

describe.skipIf(vectorFolder === undefined)('#74 captured messages of version 1', () => {
  it('requests that were answered are read, those that never were are not', () => {
    for (const { request, reply, label } of methodsOf('session-v1.ndjson')) {
      if (label === '3 MiB request') continue;
      const text = typeof request === 'string' ? request : JSON.stringify(request);
      const read = (): SessionRequest => parseSessionRequest(bytesOf(text));
      if (reply === undefined) expect(read, label).toThrow();
      else expect(parseSessionRequest(bytesOf(encodeSessionRequest(read()))), label).toEqual(read());
    }
  });

  it('replies are read and written as the agent wrote them', () => {
    const replies = ['session-v1.ndjson', 'session-v2.ndjson'].flatMap(methodsOf).map(({ reply }) => reply);
    const whole = replies.filter(isWhole);
    expect(whole.length).toBeGreaterThan(60);
    for (const reply of whole) {
      expect(JSON.parse(encodeSessionResponse(parseSessionResponse(bytesOf(reply))))).toEqual(JSON.parse(reply));
    }
  });

  it('headers of both streams are read', () => {
    const [{ requests = [] } = {}] = readVectors('session-v1.ndjson') as {
      requests?: { headers: [string, string][] }[];
    }[];
    const read = requests.map(({ headers }) =>
      readSessionHeaders(Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]))),
    );
    const same = { token: 'sess-2Q8k', machineId: 'm-0017', machineProof: 'mp-91xz' };
    expect(read.slice(1)).toEqual([
      { ...same, stream: 'read' },
      { ...same, stream: 'write' },
    ]);
  });
});

describe.skipIf(vectorFolder === undefined)('#74 captured packets of version 2', () => {
  const handshake = (readVectors('session-v2.ndjson') as Record<string, string>[]).find(
    ({ section }) => section === 'handshake',
  );

  it('hello and its answer are written byte by byte as they were seen', () => {
    const hello = encodeHello({ agentVersion: 'v0.13.0-alpha.4', maxReceiveMessageBytes: 8388608 });
    expect(hexOf(encodeGrpcMessage(hello))).toBe(handshake?.['helloGrpcFrameHex']);
    const ack = encodeHelloAck({ managerInstanceId: 'mgr-1', maxReceiveMessageBytes: 8388608 });
    expect(hexOf(encodeGrpcMessage(ack))).toBe(handshake?.['ackGrpcFrameHex']);
  });

  it('requests go through version 1 and come out as the same bytes', () => {
    const packets = methodsOf('session-v2.ndjson').filter(({ requestGrpcFrameHex }) => requestGrpcFrameHex);
    expect(packets.length).toBeGreaterThan(30);
    for (const { requestGrpcFrameHex = '', label } of packets) {
      // An agent takes a script without the mark for none, and so do we.
      if (label === 'bootstrap script without present') continue;
      const packet = decodeManagerPacket(messageOf(Buffer.from(requestGrpcFrameHex, 'hex')));
      const request = readRequestPacket(packet) ?? expect.unreachable(label);
      const asJson = parseSessionRequest(bytesOf(encodeSessionRequest(request)));
      // Written in another order by the scripted server; the meaning is compared.
      expect(decodeManagerPacket(encodeRequestPacket(packet.requestId, asJson, now)), label).toEqual(packet);
    }
  });

  it('results are written byte by byte as the agent writes them', () => {
    const raw = (readVectors('session-v2.ndjson') as { section: string; grpcFrameHex: string }[]).filter(
      ({ section }) => section === 'raw result',
    );
    for (const { grpcFrameHex } of raw) {
      const { payload } = decodeAgentPacket(messageOf(Buffer.from(grpcFrameHex, 'hex')));
      if (payload.case !== 'result') return expect.unreachable();
      const { requestId, payloadJson } = payload.value;
      expect(hexOf(encodeGrpcMessage(encodeResult(requestId, payloadJson)))).toBe(grpcFrameHex);
    }
  });
});

describe('requests in version 2', () => {
  const throughPacket = (request: SessionRequest): SessionRequest | undefined =>
    readRequestPacket(decodeManagerPacket(encodeRequestPacket('q', request, now)));

  it.each<SessionRequest>([
    { method: 'events', start_time: '2026-11-23T03:38:57.240746237Z', end_time: '2026-11-23T04:00:00Z' },
    { method: 'metrics', since: 600_000_000_000 },
    { method: 'injectFault', inject_fault_request: { xid: { id: 79 } } },
    { method: 'injectFault', inject_fault_request: {} },
    { method: 'update', update_version: 'pkg:1.0' },
    {
      method: 'setPluginSpecs',
      custom_plugin_specs: [
        {
          plugin_name: 'p1',
          plugin_type: 'component_list',
          component_list: ['a', 'b'],
          component_list_file: '/x',
          run_mode: 'auto',
          tags: ['t'],
          timeout: 10e9,
          interval: 60e9,
          health_state_plugin: {
            steps: [{ name: 's', run_bash_script: { content_type: 'plaintext', script: 'echo 1' } }],
            parser: {
              log_path: '/var/log/p1',
              json_paths: [
                {
                  query: '$.a',
                  field: 'a',
                  expect: { regex: '^ok$' },
                  suggested_actions: { REBOOT: {}, CHECK: { regex: '' } },
                },
              ],
            },
          },
        },
      ],
    },
    {
      method: 'nodeCredentials',
      node_credentials: {
        kubelet: {
          config: { path: '/etc/kubernetes/k', contents: bytesOf('k'), mode: 0o640 },
          client_certificate: undefined,
        },
      },
    },
    { method: 'nodeCredentials', node_credentials: {} },
  ])('%o come out as they went in, and so they do as JSON', (request) => {
    expect(throughPacket(request)).toEqual(request);
    expect(parseSessionRequest(bytesOf(encodeSessionRequest(request)))).toEqual(request);
  });

  it('events without times are about the present, since an agent insists on both', () => {
    const time = '2026-11-23T04:43:52Z';
    expect(throughPacket({ method: 'events' })).toEqual({ method: 'events', start_time: time, end_time: time });
  });

  it.each([{ method: 'getToken' }, { method: 'nope' }, {}])('%o has no packet', (request) => {
    expect(() => throughPacket(request)).toThrowError(expect.objectContaining({ code: 'unsupported_method' }));
  });

  it('what is no packet says so, and what is no request is none', () => {
    expect(() => decodeAgentPacket(Uint8Array.of(0xff))).toThrowError(expect.objectContaining({ code: 'bad_packet' }));
    const ack = toBinary(
      ManagerPacketSchema,
      create(ManagerPacketSchema, { payload: { case: 'helloAck', value: {} } }),
    );
    expect(readRequestPacket(decodeManagerPacket(ack))).toBeUndefined();
  });
});

describe('payloads', () => {
  it('#55 null is an empty request and an empty reply', () => {
    expect([parseSessionRequest(bytesOf('null')), parseSessionResponse(bytesOf('null'))]).toEqual([{}, {}]);
  });

  it('components that the agent does not know have no states, and say so', () => {
    const reply = '{"states":[{"component":"nope","states":null}]}';
    expect(parseSessionResponse(bytesOf(reply))).toEqual({ states: [{ component: 'nope' }] });
    expect(encodeSessionResponse({ states: [{ component: 'nope' }] })).toBe(reply);
  });

  it('secrets in frames stay bytes', () => {
    expect(parseFrame(bytesOf('{"data":"AAH/"}')).data).toEqual(Uint8Array.of(0, 1, 255));
  });
});

describe('the generated messages', () => {
  /** As a line of the .proto. */
  const line = (field: DescField): string => `${field.name} = ${field.number};`;

  it('hold each field of the .proto under its number, and nothing else: `npm run generate` makes them', () => {
    const source = readFileSync(new URL('../proto/gpud/session/v2/session.proto', import.meta.url), 'utf8');
    for (const message of protoFile.messages) {
      const body = source.split(`\nmessage ${message.name} {`)[1]?.split(/^\}/m)[0]?.replace(/^\}.*/s, '') ?? '';
      const written = [...body.matchAll(/^ +(?:repeated |optional )?[\w.<>, ]+ (\w+ = \d+;)$/gm)].map(
        ([, text]) => text,
      );
      expect(message.fields.map(line), message.name).toEqual(written);
    }
    expect(protoFile.messages.length).toBe(source.match(/^message /gm)?.length);
    expect(protoFile.services.map(({ typeName, methods }) => [typeName, methods.map(({ name }) => name)])).toEqual([
      ['gpud.session.v2.SessionService', ['Connect']],
    ]);
  });
});
