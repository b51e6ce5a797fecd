export {
  ccMock,
  type CcMock,
  type CcMockOptions,
  createCcMock,
  type MockedOperationId,
  type MockedStatus,
  type MockedView,
} from './msw/cc-mock.js';
export type { OperationMock, RespondOptions } from './msw/operation-mock.js';
export type { SimulatedJob, Simulation, SimulationOptions } from './msw/simulate.js';
