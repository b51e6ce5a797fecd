import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Clock, Timer } from '@moorline/core';
import { LoginError } from '../../wire/login-error.js';
import { encodeGrpcMessage, GrpcReader, maxPacketBytes } from '../../wire/session/grpc-reader.js';
import {
  decodeAgentPacket,
  encodeDrainNotice,
  encodeHelloAck,
  protocolRevision,
  readPlainResult,
} from '../../wire/session/packet.js';
import type { SessionRequest } from '../../wire/session/request.js';
import { encodeRequestPacket } from '../../wire/session/request-packet.js';
import type { AgentSession, SessionEnd, SessionEvents } from './agent-session.js';
import { GrpcStatus, grpcTrailers } from './grpc-status.js';

export interface V2Options {
  clock: Clock;
  serverId: string;
}

/** Milliseconds that an agent has for its hello; real ones send it with their headers. */
const helloMs = 30_000;

/** Milliseconds that a peer has to take the end of a session before its stream is cut. */
const lingerMs = 5000;

const statusOfEnd: Readonly<Record<SessionEnd, GrpcStatus>> = {
  replaced: GrpcStatus.Aborted,
  closing: GrpcStatus.Unavailable,
  kicked: GrpcStatus.Aborted,
  protocol: GrpcStatus.InvalidArgument,
  lost: GrpcStatus.Unavailable,
};

/**
 * A session of one gRPC stream. The messages are a library's; the five bytes in front of each and the trailers behind
 * them are written here, on the bare stream of `node:http2`. A gRPC library of Node would do that over Node's
 * compatibility layer, which ends a refusal in a frame of its own (agents then never come back, §8.1), and it would keep
 * two async iterators and their queues for each of thousands of sessions.
 */
export class V2Session implements AgentSession {
  readonly protocol = 'v2';
  readonly machineId: string;
  readonly remoteAddress: string | undefined;
  readonly connectedAt: number;
  agentVersion: string | undefined;
  readonly #stream: ServerHttp2Stream;
  readonly #events: SessionEvents;
  readonly #options: V2Options;
  readonly #reader = new GrpcReader(maxPacketBytes);
  #helloTimer: Timer | undefined;
  /** Bytes of a packet that the agent takes; 0 until its hello. */
  #maxSendBytes = 0;
  #isOver = false;

  constructor(
    machine: { id: string; agentVersion?: string | undefined },
    stream: ServerHttp2Stream,
    events: SessionEvents,
    options: V2Options,
  ) {
    this.machineId = machine.id;
    this.agentVersion = machine.agentVersion;
    this.remoteAddress = stream.session?.socket.remoteAddress;
    this.connectedAt = options.clock.now();
    this.#stream = stream;
    this.#events = events;
    this.#options = options;
    this.#helloTimer = options.clock.setTimer(helloMs, () => this.#over('protocol', noHello()));
    stream.respond(
      { [constants.HTTP2_HEADER_STATUS]: 200, [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('data', (chunk: Uint8Array) => this.#data(chunk));
    const onGone = (): void => this.#over('agent');
    stream.on('end', onGone);
    stream.on('close', onGone);
  }

  send(requestId: string, request: SessionRequest): void {
    const packet = encodeRequestPacket(requestId, request, this.#options.clock.now());
    if (packet.length > this.#maxSendBytes) throw tooLarge(packet.length, this.#maxSendBytes, this.machineId);
    this.#write(packet);
  }

  /** Agents ask for acknowledgements of their own, and leave without them: nothing is to be done. */
  keepAlive(): void {}

  drain(reconnectAfterMs: number): void {
    if (this.#maxSendBytes > 0) this.#write(encodeDrainNotice(reconnectAfterMs));
    this.end('closing');
  }

  end(why: SessionEnd): void {
    this.#over(why);
  }

  #write(packet: Uint8Array): void {
    if (!this.#isOver) this.#stream.write(encodeGrpcMessage(packet));
  }

  #data(chunk: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#reader.push(chunk, (message) => this.#receive(message));
    } catch (error) {
      this.#over('protocol', error);
    }
  }

  #receive(message: Uint8Array): void {
    const result = this.#maxSendBytes > 0 ? readPlainResult(message) : undefined;
    if (result !== undefined) {
      this.#events.replied(this.machineId, result.requestId, result.payloadJson);
      return;
    }
    const { payload } = decodeAgentPacket(message);
    if (payload.case === 'result' && this.#maxSendBytes > 0) {
      this.#events.replied(this.machineId, payload.value.requestId, payload.value.payloadJson);
      return;
    }
    if (payload.case !== 'hello' || this.#maxSendBytes > 0) throw unexpected(payload.case);
    const { minProtocolRevision, maxProtocolRevision, agentVersion, maxReceiveMessageBytes } = payload.value;
    if (minProtocolRevision > protocolRevision || maxProtocolRevision < protocolRevision) {
      throw new LoginError(`the agent speaks revisions ${minProtocolRevision} to ${maxProtocolRevision}`, {
        code: 'bad_packet',
        hint: `revision ${protocolRevision} is spoken here`,
      });
    }
    this.#helloTimer?.cancel();
    this.#helloTimer = undefined;
    this.#maxSendBytes = Math.min(maxReceiveMessageBytes || maxPacketBytes, maxPacketBytes);
    if (agentVersion !== '') this.agentVersion = agentVersion;
    this.#write(encodeHelloAck({ managerInstanceId: this.#options.serverId, maxReceiveMessageBytes: maxPacketBytes }));
    this.#events.opened(this);
  }

  #over(why: SessionEnd | 'agent', error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#helloTimer?.cancel();
    const stream = this.#stream;
    if (!stream.destroyed && !stream.writableEnded) {
      const status = why === 'agent' ? GrpcStatus.Ok : statusOfEnd[why];
      const text = error instanceof Error ? error.message : '';
      stream.once('wantTrailers', () => stream.sendTrailers(grpcTrailers(status, text)));
      stream.end();
      stream.resume();
      stream.setTimeout(lingerMs, () => stream.close(constants.NGHTTP2_CANCEL));
    }
    this.#events.ended(this, why, error);
  }
}

const noHello = (): LoginError =>
  new LoginError(`the agent sent no hello within ${helloMs / 1000} seconds`, { code: 'bad_packet' });

const unexpected = (what: string | undefined): LoginError =>
  new LoginError(`the agent sent ${what ?? 'an empty packet'} where a session has none`, {
    code: 'bad_packet',
    hint: 'a hello comes first and once, results after it',
  });

function tooLarge(length: number, maxBytes: number, machineId: string): LoginError {
  return new LoginError(`a request of ${length} bytes was not sent: ${machineId} takes ${maxBytes} at most`, {
    code: 'packet_too_large',
    details: { length, maxMessageBytes: maxBytes, machineId },
  });
}
