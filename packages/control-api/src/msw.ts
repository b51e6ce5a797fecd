export {
  controlMock,
  type ControlMock,
  type ControlMockOptions,
  createControlMock,
  type MockedStatus,
  type Simulation,
  type SimulationOptions,
} from './msw/control-mock.js';
export type { OperationMock, RespondOptions } from './msw/operation-mock.js';
