import type { Socket } from 'node:net';
import type { Clock, Logger } from '@moorline/core';
import type { Outbox } from './outbox.js';
import type { RequestQueue } from './request-queue.js';
import type { SessionTarget } from './session-target.js';

/** Who opens a session. */
export interface SessionCredentials {
  readonly machineId: string;
  /** Secret. */
  readonly sessionToken: string;
  /** Secret; sent where there is one. */
  readonly machineProof?: string | undefined;
}

/** Opens a connection to the control plane that offers these application protocols, or none. */
export type Dial = (signal: AbortSignal, protocols?: string[]) => Promise<Socket>;

/** One attempt at a session: what either protocol needs to run it to its end. */
export interface SessionAttempt {
  readonly target: SessionTarget;
  readonly credentials: SessionCredentials;
  readonly queue: RequestQueue;
  readonly outbox: Outbox;
  /** A new connection. */
  readonly dial: Dial;
  readonly userAgent: string | undefined;
  /** What the agent calls itself, for sessions of version 2. */
  readonly agentVersion: string;
  /** Ends the session in good order. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The session is up. */
  readonly onUp: () => void;
}

/**
 * Runs one session. Resolves when either side ended it in good order.
 *
 * @throws LoginError, TimeoutError: what else it ended by.
 */
export type RunSession = (attempt: SessionAttempt) => Promise<void>;
