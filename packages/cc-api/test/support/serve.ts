import type { Cluster } from '@moorline/cc-api';
import { ccFastifyPlugin } from '@moorline/cc-api/fastify';
import {
  type CcBackend,
  type CcServerOptions,
  createTokenVerifier,
  type SessionOptions,
} from '@moorline/cc-api/server';
import { createInMemoryBackend, type InMemoryBackend } from '@moorline/cc-api/testing';
import { createFakeClock, createRecordingLogger, type FakeClock, type RecordingLogger } from '@moorline/core/testing';
import Fastify from 'fastify';
import { demo, demo2 } from './clusters.js';
import { decodeMetrics } from './line-protocol.js';
import { makeTokens, type TestTokens } from '../../../../tools/testenv/cc-tokens.js';

/** A server on a port of its own, over real HTTP. */
export interface Served {
  baseUrl: string;
  backend: InMemoryBackend;
  clock: FakeClock;
  logger: RecordingLogger;
  tokens: TestTokens;
  close(): Promise<void>;
}

export interface ServeOptions extends Partial<
  Omit<CcServerOptions, 'backend' | 'verifyToken' | 'clock' | 'logger' | 'sessions'>
> {
  clusters?: readonly Cluster[];
  /** Wall time, Unix seconds. */
  now?: number;
  /** Lets users log in. */
  sessions?: (made: { clock: FakeClock; tokens: TestTokens }) => SessionOptions;
  /** Puts something else in the place of the in-memory backend. */
  wrap?: (backend: InMemoryBackend) => CcBackend;
}

export async function serve(options: ServeOptions = {}): Promise<Served> {
  const { clusters = [demo, demo2], now = 1_700_000_000, wrap = (backend) => backend, sessions, ...rest } = options;
  const clock = createFakeClock(now * 1000);
  const logger = createRecordingLogger();
  const tokens = makeTokens(clock.now());
  const backend = createInMemoryBackend({ clusters, clock });
  const app = Fastify({ forceCloseConnections: true });
  await app.register(ccFastifyPlugin, {
    backend: wrap(backend),
    verifyToken: createTokenVerifier({ publicKey: tokens.keys.publicKey, clock }),
    decodeMetrics,
    clock,
    logger,
    ...(sessions === undefined ? {} : { sessions: sessions({ clock, tokens }) }),
    ...rest,
  });
  const baseUrl = await app.listen({ port: 0, host: '127.0.0.1' });
  return { baseUrl, backend, clock, logger, tokens, close: () => app.close() };
}
