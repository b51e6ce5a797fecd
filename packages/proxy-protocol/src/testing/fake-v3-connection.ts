import type { Socket } from 'node:net';
import { encodeJson } from '../wire/encode-json.js';
import { encodeProcessExited, encodeResponse, encodeStream, type Frame } from '../wire/v3/frame.js';
import { FrameReader } from '../wire/v3/frame-reader.js';
import { encodeErrorMessage } from '../wire/v3/payloads.js';
import type { CommandName } from '../wire/v3/types.js';
import type { FakeAnswer, FakeHost } from './fake-proxy.js';
import { StreamSession } from './fake-session.js';
import { sendPieces } from './send-pieces.js';
import { takeAll } from './take-all.js';

/** One connection of a fake proxy of v3. */
export class FakeV3Connection {
  readonly #socket: Socket;
  readonly #number: number;
  readonly #host: FakeHost;
  readonly #reader = new FrameReader();
  #session: StreamSession | undefined;
  #answering: Promise<void> = Promise.resolve();

  constructor(socket: Socket, number: number, host: FakeHost) {
    this.#socket = socket;
    this.#number = number;
    this.#host = host;
  }

  push(chunk: Uint8Array): void {
    takeAll(this.#reader, chunk, this.#socket, (frame) => this.#take(frame));
  }

  #take(frame: Frame): void {
    if (frame.type === 'stream') {
      if (frame.name === 'stdin') this.#session?.takeInput(frame.payload);
      return;
    }
    const { name, payload } = frame;
    if (name === 'ProcessExited') return;
    const data: unknown = payload.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(payload));
    this.#answering = this.#answering
      .then(async () => (await this.#host.answer({ connection: this.#number, name, data })) ?? this.#usual(name, data))
      .then(async (answer) => {
        await this.#send(name, answer);
        const isConnected = typeof answer === 'object' && !('error' in answer) && !('raw' in answer);
        if (name === 'ConnectShim' && isConnected) this.#open(String(memberOf(data, 'token')));
      })
      .catch(() => void this.#socket.destroy());
  }

  #usual(name: CommandName, data: unknown): FakeAnswer {
    switch (name) {
      case 'RegisterVM':
      case 'AttachVM': {
        const count = Number(memberOf(data, 'numIOStreams') ?? 0);
        const tokens = Array.from({ length: count }, () => `token-${this.#host.allocate(1)}`.padEnd(43, 'A') + '=');
        return { data: { io: { URL: `unix://${this.#host.path}`, tokens: count === 0 ? null : tokens } } };
      }
      case 'DisconnectShim':
        return 'close';
      default:
        return {};
    }
  }

  #open(token: string): void {
    const session = new StreamSession({ token }, this.#socket, {
      output: (data, to) => encodeStream(to, data),
      exit: encodeProcessExited,
    });
    this.#session = session;
    this.#socket.on('close', () => session.takeInput(new Uint8Array(0)));
    this.#host.opened(session);
  }

  async #send(name: CommandName, answer: FakeAnswer): Promise<void> {
    if (answer === 'silence') return;
    if (answer === 'close') {
      this.#socket.end();
      return;
    }
    await sendPieces(this.#socket, 'raw' in answer ? answer.raw : frameOf(name, answer));
    if (answer.isLast ?? false) this.#socket.destroySoon();
  }
}

function frameOf(name: CommandName, answer: { data?: unknown } | { error: string }): Uint8Array {
  if ('error' in answer) return encodeResponse(name, encodeErrorMessage(answer.error), true);
  if (answer.data === undefined) return encodeResponse(name);
  return encodeResponse(name, answer.data instanceof Uint8Array ? answer.data : encodeJson(answer.data, 'the answer'));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
