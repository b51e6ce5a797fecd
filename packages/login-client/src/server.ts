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
export type { SessionInfo } from './server/session/agent-session.js';
export type { AttachOptions, NodeServer } from './server/session/attach-sessions.js';
export {
  createMachineHandler,
  type MachineDiagnostic,
  type MachineHandler,
  type MachineHandlerOptions,
  type MachineNotification,
  type MachineReports,
} from './server/session/machine-handler.js';
export type { SessionCounters } from './server/session/session-registry.js';
export {
  createSessionServer,
  type SessionRequestOptions,
  type SessionServer,
  type SessionServerOptions,
} from './server/session/session-server.js';
export type { SessionMachine, SessionStore } from './server/session/session-store.js';
export { isSessionMethod, methodFacts, type MethodFacts, type SessionProtocol } from './wire/session/method-gate.js';
export { parseSessionParams } from './wire/session/request.js';
export type { SessionMethod, SessionMethods, SessionParams } from './wire/session/methods.js';
export type { SessionResponse } from './wire/session/response.js';
