export type { FailureLimit } from './server/failure-limiter.js';
export {
  createLoginHandler,
  type LoginContext,
  type LoginHandler,
  type LoginHandlerOptions,
} from './server/login-handler.js';
export type { LoginStore, Machine, Registration } from './server/login-store.js';
export {
  createMemoryLoginStore,
  type MemoryLoginStore,
  type NewRegistration,
  type StoredMachine,
} from './server/memory-login-store.js';
export { type NodeRequest, type NodeResponse, toNodeListener } from './server/node-listener.js';
export type { LoginRequest } from './wire/login-request.js';
