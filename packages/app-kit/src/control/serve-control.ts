import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { isMoorlineError, type Logger, silentLogger } from '@moorline/core';
import fastify from 'fastify';
import { AppError } from '../error.js';

/** What a running app does for its own commands: name → JSON in, JSON out. */
export type ControlHandlers = Readonly<Record<string, (input: unknown) => Promise<unknown>>>;

export interface ControlServer extends AsyncDisposable {
  /** Stops listening and removes the socket; idempotent. */
  close(): Promise<void>;
}

/**
 * Answers an app's own commands on a unix socket (0600), in a directory (0700) that is made where
 * it is missing. Holding the socket is what makes a
 * process the running one: a second start gets `already_running`; the socket of a killed process is taken over.
 *
 * @throws AppError `already_running`.
 */
export async function serveControl(options: {
  /** From `controlSocketPath`. */
  path: string;
  handlers: ControlHandlers;
  logger?: Logger | undefined;
}): Promise<ControlServer> {
  const { path, handlers, logger = silentLogger } = options;
  const server = fastify({ bodyLimit: 1024 * 1024 });
  server.setErrorHandler((error, _request, reply) => {
    if (!isMoorlineError(error)) logger.error({ error }, 'a control command failed');
    const answer = isMoorlineError(error) ? error.toJSON() : { code: 'internal', message: String(error) };
    return reply.code(isMoorlineError(error) ? 422 : 500).send(answer);
  });
  for (const [name, handle] of Object.entries(handlers)) {
    server.post(`/${name}`, async (request) => ({ result: (await handle(request.body)) ?? null }));
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await server.listen({ path });
  } catch (error) {
    if (!isAddressInUse(error)) throw error;
    await takeOver(path);
    await server.listen({ path });
  }
  chmodSync(path, 0o600);
  const close = async () => {
    await server.close();
    rmSync(path, { force: true });
  };
  return { close, [Symbol.asyncDispose]: close };
}

/**
 * Moves a dead process's socket aside. Renaming is atomic: of two processes that find it dead one wins; a living
 * socket that slipped in between is put back.
 */
async function takeOver(path: string): Promise<void> {
  if (await isAlive(path)) throw alreadyRunning(path);
  const aside = `${path}.${process.pid}`;
  renameSync(path, aside);
  if (await isAlive(aside)) {
    renameSync(aside, path);
    throw alreadyRunning(path);
  }
  rmSync(aside, { force: true });
}

const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const isAddressInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

const alreadyRunning = (path: string): AppError =>
  new AppError(`another process already uses this data directory (it answers on ${path})`, {
    code: 'already_running',
    hint: 'stop that one first, or give this one another --data-dir',
  });
