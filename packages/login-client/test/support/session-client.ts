import { onTestFinished } from 'vitest';
import { Queue } from './queue.js';
import type { SessionPeer } from './session-peer.js';
import {
  connectSession,
  type ConnectSessionOptions,
  type SessionChange,
  type SessionConnection,
} from '../../src/index.js';

export const testIdentity = { machineId: 'm-0017', sessionToken: 'sess-2Q8k', machineProof: 'mp-91xz' };

export interface TestSession extends SessionConnection {
  changes: Queue<SessionChange>;
  /** Waits for the next change to this phase, passing over others. */
  reaches(phase: SessionChange['phase']): Promise<SessionChange>;
}

/** A session with the peer that begins at once and never waits long, unless told otherwise; closed after the test. */
export function startSession(peer: SessionPeer, options: ConnectSessionOptions = {}): TestSession {
  const changes = new Queue<SessionChange>();
  const connection = connectSession({
    ...(options.dataDir === undefined ? { identity: { ...testIdentity, endpoint: peer.endpoint } } : {}),
    tls: { ca: peer.certificate.cert },
    startDelayMs: 0,
    random: () => 0,
    proxy: false,
    onChange: (change) => changes.push(change),
    ...options,
  });
  onTestFinished(() => connection.close());
  return Object.assign(Object.create(connection) as SessionConnection, {
    changes,
    async reaches(phase: SessionChange['phase']) {
      for (;;) {
        const change = await changes.next();
        if (change.phase === phase) return change;
      }
    },
  });
}

export const decodeUtf8 = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** What a promise is rejected with; one that is fulfilled fails the test. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('the promise was fulfilled');
}
