export type { FailureLimit } from './server/failure-limiter.js';
export { createLoginHandler, type LoginContext, type LoginHandler } from './server/login-handler.js';
export { createLoginListener, type NodeRequest, type NodeResponse } from './server/login-listener.js';
export type { LoginServerOptions } from './server/login-service.js';
export type { LoginStore, Machine, Registration } from './server/login-store.js';
export {
  createMemoryLoginStore,
  type MemoryLoginStore,
  type NewRegistration,
  type StoredMachine,
} from './server/memory-login-store.js';
export type { LoginRequest } from './wire/login-request.js';
