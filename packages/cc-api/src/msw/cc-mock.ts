import type { HttpHandler } from 'msw';
import type { operations as ActualOperations } from '../generated/actual/types.js';
import type { operations as DocumentedOperations } from '../generated/documented/types.js';
import { actual } from '../generated/mock-view-actual.js';
import { documented } from '../generated/mock-view-documented.js';
import { createOperationMock, type OperationMock } from './operation-mock.js';
import { simulate, type Simulation, type SimulationOptions } from './simulate.js';

/** Which of two truths the mocks tell: what the server does, or what its document says. */
export type MockedView = 'actual' | 'documented';

type Statuses<Operations, Id> = Id extends keyof Operations
  ? Operations[Id] extends { responses: infer Responses }
    ? Extract<keyof Responses, number>
    : never
  : never;

/** Other ways to an operation have no mock of their own: the operation's answers there too. */
type AliasId =
  | 'createUserPut'
  | 'debugMetricsSlash'
  | 'freeMetricsSlash'
  | 'healthcheckSlash'
  | 'putMachineStatePost'
  | 'startJobPut'
  | 'stopJobPut'
  | 'tagJobPatch'
  | 'updateNodeStatesPut'
  | 'writeMetricsSlash';

/** The operations that a view has. */
export type MockedOperationId<View extends MockedView> = View extends 'documented'
  ? keyof DocumentedOperations
  : Exclude<keyof ActualOperations, AliasId>;

/** The statuses that can be had of an operation: the document's, and beside them what the server really sends. */
export type MockedStatus<View extends MockedView, Id> =
  Statuses<DocumentedOperations, Id> | (View extends 'actual' ? Statuses<ActualOperations, Id> : never);

/** Mocks of every operation, by its id, and what makes a whole server of them. */
export type CcMock<View extends MockedView = 'actual'> = {
  readonly [Id in MockedOperationId<View>]: OperationMock<MockedStatus<View, Id>>;
} & {
  /** A success of every operation, for `setupServer(...ccMock.handlers)`. */
  readonly handlers: readonly HttpHandler[];
  /** A small server: what was started can be listed and stopped. */
  simulate(options: SimulationOptions): Simulation;
};

export interface CcMockOptions<View extends MockedView = 'actual'> {
  /** What stands before the paths: `https://cc.example.org`. Default: any origin. */
  baseUrl?: string | undefined;
  /** Default `actual`. */
  view?: View | undefined;
  /** Chooses the values of the answers: the same seed, the same values. Default 1. */
  seed?: number | undefined;
}

/** Makes mocks of a ClusterCockpit server. Nothing is intercepted until their handlers are given to msw. */
export function createCcMock<View extends MockedView = 'actual'>(options: CcMockOptions<View> = {}): CcMock<View> {
  const { baseUrl, seed = 1 } = options;
  const isDocumented = options.view === 'documented';
  const view = isDocumented ? documented : actual;
  const mocks = view.operations
    .filter(({ aliasOf }) => aliasOf === undefined)
    .map((operation): [string, OperationMock] => {
      const ways = [operation, ...view.operations.filter(({ aliasOf }) => aliasOf === operation.id)];
      const described = documented.operations.find(({ id }) => id === operation.id);
      const statuses = [...new Set([...Object.keys(operation.answers), ...Object.keys(described?.answers ?? {})])];
      const sorted = statuses.map(Number).sort((a, b) => a - b);
      return [operation.id, createOperationMock(operation.id, ways, view, { baseUrl, seed, statuses: sorted })];
    });
  const handlers = mocks.map(([, mock]) => mock.respond(mock.statuses[0] ?? 200));
  const mock = {
    ...Object.fromEntries(mocks),
    handlers,
    simulate: (given: SimulationOptions) => simulate(given, { baseUrl, handlers }),
  };
  // The tables and the types come from one document (test/msw.test.ts compares their names).
  return mock as unknown as CcMock<View>;
}

/** Mocks of a server at any origin, as it really behaves. */
export const ccMock: CcMock = createCcMock();
