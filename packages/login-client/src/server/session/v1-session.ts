import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@moorline/core';
import { encodeFrame } from '../../wire/session/frame.js';
import { FrameReader } from '../../wire/session/frame-reader.js';
import { serverIdHeader } from '../../wire/session/headers.js';
import { encodeSessionRequest, type SessionRequest } from '../../wire/session/request.js';
import type { AgentSession, SessionEnd, SessionEvents } from './agent-session.js';

/** One of the two requests of a session of version 1. */
export interface V1Half {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface V1Options {
  clock: Clock;
  serverId: string;
  /** Milliseconds without a request until an empty one is sent; 0 sends none. */
  keepAliveMs: number;
  maxFrameBytes: number;
}

/** An empty request: the agent answers it, and stays for another two minutes. */
const keepAliveFrame = encodeFrame('{}', '');

/** Milliseconds that a peer has to take the end of a session before its connection is cut. */
const lingerMs = 5000;

/** Bytes that may wait for an agent that does not read; the session ends beyond. */
const maxUnsentBytes = 32 * 1024 * 1024;

/** Answers the read stream: at once, or the agent would wait (docs/protocol.md §8.2). */
export function answerReadStream({ response }: V1Half, serverId: string): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    [serverIdHeader]: serverId,
  });
  response.flushHeaders();
}

/** Ends one half: what was not answered is, so that the agent goes on. */
export function endHalf({ request, response }: V1Half): void {
  if (!response.headersSent) response.writeHead(200, { 'content-length': '0' });
  response.end();
  if (!request.complete) request.resume();
  // Either the peer takes the end, or its connection is worth nothing.
  request.socket.setTimeout(lingerMs, () => request.socket.destroy());
}

/** A session of two streams: requests go out in the answer to one, replies come in the body of the other. */
export class V1Session implements AgentSession {
  readonly protocol = 'v1';
  readonly machineId: string;
  readonly agentVersion: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly connectedAt: number;
  readonly #read: V1Half;
  readonly #write: V1Half;
  readonly #events: SessionEvents;
  readonly #options: V1Options;
  readonly #frames: FrameReader;
  #lastSentAt: number;
  #isOver = false;

  constructor(
    machine: { id: string; agentVersion?: string | undefined },
    halves: { read: V1Half; write: V1Half },
    events: SessionEvents,
    options: V1Options,
  ) {
    this.machineId = machine.id;
    this.agentVersion = machine.agentVersion;
    this.remoteAddress = halves.read.request.socket.remoteAddress;
    this.connectedAt = options.clock.now();
    this.#read = halves.read;
    this.#write = halves.write;
    this.#events = events;
    this.#options = options;
    this.#frames = new FrameReader(options.maxFrameBytes);
    this.#lastSentAt = options.clock.monotonic();
    const onGone = (): void => this.#over('agent');
    // When only the write stream breaks, the agent does not notice: the read stream must end at once (§8.2).
    this.#read.response.on('close', onGone);
    this.#write.response.on('close', onGone);
    const { request } = this.#write;
    request.on('end', onGone);
    request.on('data', (chunk: Uint8Array) => this.#data(chunk));
  }

  send(requestId: string, request: SessionRequest): void {
    this.#writeFrame(encodeFrame(encodeSessionRequest(request), requestId));
  }

  keepAlive(now: number): void {
    const { keepAliveMs } = this.#options;
    if (keepAliveMs > 0 && now - this.#lastSentAt >= keepAliveMs) this.#writeFrame(keepAliveFrame);
  }

  drain(): void {
    this.end('closing');
  }

  end(why: SessionEnd): void {
    this.#over(why);
  }

  #writeFrame(frame: string): void {
    if (this.#isOver) return;
    const { response } = this.#read;
    // All of it is ASCII.
    response.write(frame, 'latin1');
    this.#lastSentAt = this.#options.clock.monotonic();
    if (response.writableLength > maxUnsentBytes) this.#over('lost');
  }

  #data(chunk: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#frames.push(chunk, ({ data, req_id }) => {
        if (req_id !== undefined) this.#events.replied(this.machineId, req_id, data ?? noBytes);
      });
    } catch (error) {
      this.#over('protocol', error);
    }
  }

  #over(why: SessionEnd | 'agent', error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    endHalf(this.#read);
    endHalf(this.#write);
    this.#events.ended(this, why, error);
  }
}

const noBytes = new Uint8Array();
