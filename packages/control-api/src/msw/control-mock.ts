import type { Clock } from '@moorline/core';
import { http, type HttpHandler } from 'msw';
import type { operations } from '../generated/types.js';
import { createMemoryServer, type MemoryServer } from '../testing/create-memory-server.js';
import type { OperationId } from '../wire/models.js';
import { operationIds } from '../wire/route-of.js';
import { createOperationMock, type OperationMock } from './operation-mock.js';

/** The statuses that the document has for an operation. */
export type MockedStatus<Id extends OperationId> = Extract<keyof operations[Id]['responses'], number>;

/** Mocks of every operation, by its id, and what makes a whole server of them. */
export type ControlMock = { readonly [Id in OperationId]: OperationMock<MockedStatus<Id>> } & {
  /** A success of every operation, for `setupServer(...controlMock.handlers)`. */
  readonly handlers: readonly HttpHandler[];
  /** The whole server in memory behind msw: what was made can be read again. */
  simulate(options?: SimulationOptions): Simulation;
};

export interface ControlMockOptions {
  /** What stands before `/moorline/v1`: `https://cp.example:8443`. Default: any origin. */
  baseUrl?: string | undefined;
}

/** What a simulated server begins with. */
export interface SimulationOptions {
  /** Chooses its data. Default 1. */
  seed?: number | undefined;
  clock?: Clock | undefined;
  /** Whose session every request has that brings no token: `admin`, `support`, `manager`, `alice`, `bob`. Default `admin`. */
  user?: string | undefined;
}

/** A server in memory in the place of the mocks. */
export interface Simulation {
  readonly server: MemoryServer;
  /** For `setupServer(...)` or `server.use(...)`. */
  readonly handlers: readonly HttpHandler[];
}

/** Makes mocks of a control plane. Nothing is intercepted until their handlers are given to msw. */
export function createControlMock({ baseUrl }: ControlMockOptions = {}): ControlMock {
  const prefix = baseUrl?.replace(/\/+$/, '') ?? '*';
  const mocks = operationIds.map((id): [OperationId, OperationMock] => [id, createOperationMock(id, prefix)]);
  const handlers = mocks.map(([, mock]) => mock.respond(mock.statuses[0] ?? 200));
  const mock = {
    ...Object.fromEntries(mocks),
    handlers,
    simulate: (options: SimulationOptions = {}) => simulate(options, prefix),
  };
  // The mocks and the types come from one document (test/msw.test.ts compares their statuses).
  return mock as unknown as ControlMock;
}

/** Mocks of a control plane at any origin. */
export const controlMock: ControlMock = createControlMock();

function simulate({ user = 'admin', ...options }: SimulationOptions, prefix: string): Simulation {
  const server = createMemoryServer({ ...options, user });
  const handler = http.all(`${prefix}/moorline/v1/*`, ({ request }) => server.fetch(atRoot(request)));
  return { server, handlers: [handler] };
}

/** The same request to a server that is not under a prefix. */
function atRoot(request: Request): Request {
  const url = new URL(request.url);
  const at = url.pathname.indexOf('/moorline/v1/');
  return at <= 0 ? request : new Request(new URL(url.pathname.slice(at) + url.search, url.origin), request);
}
