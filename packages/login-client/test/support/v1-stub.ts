import { once } from 'node:events';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { encodeFrame, type SessionFrame } from '../../src/wire/session/frame.js';
import { FrameReader } from '../../src/wire/session/frame-reader.js';
import { Queue } from './queue.js';

/** How a stub dials in. */
export interface StubOptions {
  address: AddressInfo;
  ca: string;
  token: string;
  machineId?: string;
  cookie?: string;
  path?: string;
}

export interface V1Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One of the two requests of version 1, without an agent's judgement. */
export function openStream(type: string, { address, ca, ...options }: StubOptions): ClientRequest {
  const { token, machineId = 'm-0017', cookie, path = '/api/v1/session' } = options;
  const headers = {
    authorization: `Bearer ${token}`,
    'x-gpud-machine-id': machineId,
    'x-gpud-session-type': type,
    ...(cookie === undefined ? {} : { cookie }),
  };
  const { port } = address;
  const sent = request({ host: '127.0.0.1', port, ca, method: 'POST', path, headers, agent: false });
  sent.on('error', () => undefined);
  return sent;
}

/** The answer to a request, once its end is there. */
export async function wholeAnswer(sent: ClientRequest): Promise<V1Answer> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode: status, headers } = response;
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk);
  return { status, headers, body };
}

/** Both streams of an agent of version 1, answered by the test. */
export interface V1Stub {
  readonly frames: Queue<{ text: string; id: string }>;
  readonly read: ClientRequest;
  readonly write: ClientRequest;
  readonly readHeaders: IncomingHttpHeaders;
  /** Resolves when the server has ended the read stream, or its connection broke. */
  readonly readEnded: Promise<void>;
  /** Resolves with the status when the server has answered the write stream. */
  readonly writeAnswered: Promise<number | undefined>;
  reply(id: string, payload: object): void;
  /** Answers whatever comes. */
  answerAll(answer: (request: { method?: string }) => object): void;
  destroy(): void;
}

export async function connectV1(
  options: StubOptions,
  order: 'read first' | 'write first' = 'write first',
): Promise<V1Stub> {
  const read = openStream('read', options);
  const write = openStream('write', options);
  // Not `flushHeaders`: it writes the head as UTF-8, and a token's bytes would not arrive as they are.
  if (order === 'write first') write.write('', 'latin1');
  else read.end();
  await once(order === 'write first' ? write : read, 'socket');
  read.end();
  write.write('', 'latin1');
  const writeAnswered = once(write, 'response').then(([response]: IncomingMessage[]) => response?.statusCode);
  writeAnswered.catch(() => undefined);
  const [response] = (await once(read, 'response')) as [IncomingMessage];
  const frames = new Queue<{ text: string; id: string }>();
  const reader = new FrameReader();
  const take = ({ data, req_id = '' }: SessionFrame): void =>
    frames.push({ text: new TextDecoder().decode(data), id: req_id });
  response.on('data', (chunk: Buffer) => reader.push(chunk, take));
  response.on('error', () => undefined);
  const readEnded = new Promise<void>((resolve) => response.once('close', resolve));
  const reply = (id: string, payload: object): void => void write.write(encodeFrame(JSON.stringify(payload), id));
  return {
    ...{ frames, read, write, readHeaders: response.headers, readEnded, writeAnswered, reply },
    answerAll(answer) {
      void (async () => {
        for (;;) {
          const { text, id } = await frames.next();
          reply(id, answer(JSON.parse(text) as { method?: string }));
        }
      })();
    },
    destroy() {
      read.destroy();
      write.destroy();
    },
  };
}
