export type {
  ControlBackend,
  DescribedHost,
  FilledJobSearch,
  FilledMetricQuery,
  FilledStateQuery,
  MadeIdentity,
  TokenMachine,
} from './server/backend.js';
export {
  type Authenticate,
  type AuthenticateOptions,
  type Authentication,
  bearerToken,
  createAuthenticate,
  type Peer,
  sessionCookie,
  type Verdict,
} from './server/authentication.js';
export { clustersOf, isApiOnly, maySee, type Principal, type Visibility, visibilityOf } from './server/principal.js';
export { type ControlServer, type ControlServerOptions, createControlServer } from './server/create-control-server.js';
export type { LinkSignIn, TokenIssuer } from './server/call.js';
export type { DescribingRules } from './server/describing-rules.js';
export type { LiveChange, LiveRights } from './server/live/live-change.js';
export {
  createLiveFeed,
  type LiveCounts,
  type LiveFeed,
  type LiveFeedOptions,
  type LiveSubscriber,
} from './server/live/live-feed.js';
export { createSignInLinks, type SignInLinks, type SignInLinksOptions } from './server/sign-in-links.js';
export { operationPaths } from './server/operation-paths.js';
