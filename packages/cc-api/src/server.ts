export { asStored, type Principal, visibilityOf } from './server/auth/principal.js';
export {
  createTokenIssuer,
  type TokenClaims,
  type TokenIssuer,
  type TokenIssuerOptions,
  type TokenRole,
  tokenRoles,
} from './server/auth/token-issuer.js';
export { generateTokenKeys, type TokenKeyPair } from './server/auth/token-keys.js';
export {
  createTokenVerifier,
  type TokenVerdict,
  type TokenVerifier,
  type TokenVerifierOptions,
} from './server/auth/token-verifier.js';
export type {
  CcBackend,
  DuplicateJob,
  JobFilter,
  JobKey,
  JobPage,
  KeptAnswer,
  KeptAnswers,
  ListedJob,
  MetricSample,
  NodeState,
  ReportScope,
  StartJob,
  StartOutcome,
  StopOutcome,
  Visibility,
} from './server/backend.js';
export type {
  AdministrationBackend,
  JobAdministration,
  JobTarget,
  KeepTagged,
  MachineState,
  MetricAdministration,
  MetricStretch,
  MetricTree,
  SiteStore,
  StoredUser,
  TagOutcome,
  UserStore,
} from './server/backend/administration.js';
export { type CcHandler, createCcHandler } from './server/create-cc-handler.js';
export { type CcServer, type CcServerOptions, createCcServer } from './server/create-cc-server.js';
export {
  createEventHandlers,
  type EventHandlerOptions,
  type EventHandlers,
  type EventOutcome,
} from './server/create-event-handlers.js';
export type { DecodedMetrics, DecodeMetrics } from './server/decode-metrics.js';
export type { CcRequest, CcResponse } from './server/exchange.js';
export type { PasswordHasher } from './server/passwords/password-hasher.js';
export type { LogRequest, ReadLogs, SessionOptions, TaggerRunner } from './server/sessions/session-options.js';
export {
  createUserSessions,
  type SessionRequest,
  type SessionVerdict,
  type UserSessions,
  type UserSessionsOptions,
} from './server/sessions/user-sessions.js';
export { generateSessionKey } from './server/sessions/session-tokens.js';
export { encodeStatistics } from './wire/encode/job.js';
