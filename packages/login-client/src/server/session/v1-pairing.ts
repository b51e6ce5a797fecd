import type { Clock } from '@moorline/core';
import type { SessionStream } from '../../wire/session/headers.js';
import { endHalf, type V1Half } from './v1-session.js';

/** Milliseconds that one stream waits for the other. Real agents send both within 40. */
const pairingMs = 30_000;

/** What marks the requests of one attempt of an agent to connect; empty where nothing does. */
export type Attempt = string;

interface Waiting {
  readonly attempt: Attempt;
  readonly stream: SessionStream;
  readonly half: V1Half;
  readonly since: number;
}

/**
 * Brings the two streams of a session together. They arrive in either order, and those of an attempt that the agent has
 * given up may still be there: a cookie that `/healthz` sets tells attempts apart, and agents send it with both streams
 * (docs/protocol.md §8.2). Without a cookie the newest of each kind is taken.
 */
export class V1Pairing {
  readonly #clock: Clock;
  /** By machine: at most one stream waits. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Streams that wait for their other. */
  get size(): number {
    return this.#waiting.size;
  }

  /** @returns both streams once they are there. */
  add(
    machineId: string,
    stream: SessionStream,
    attempt: Attempt,
    half: V1Half,
  ): { read: V1Half; write: V1Half } | undefined {
    const waiting = this.#waiting.get(machineId);
    if (waiting !== undefined && waiting.stream !== stream && waiting.attempt === attempt) {
      this.#waiting.delete(machineId);
      return stream === 'read' ? { read: half, write: waiting.half } : { read: waiting.half, write: half };
    }
    if (waiting !== undefined) endHalf(waiting.half);
    this.#waiting.set(machineId, { attempt, stream, half, since: this.#clock.monotonic() });
    half.response.once('close', () => {
      if (this.#waiting.get(machineId)?.half === half) this.#waiting.delete(machineId);
    });
    return undefined;
  }

  /** Ends those that have waited too long. */
  sweep(now: number): void {
    for (const [machineId, { half, since }] of this.#waiting) {
      if (now - since < pairingMs) continue;
      this.#waiting.delete(machineId);
      endHalf(half);
    }
  }

  close(): void {
    for (const { half } of this.#waiting.values()) endHalf(half);
    this.#waiting.clear();
  }
}
