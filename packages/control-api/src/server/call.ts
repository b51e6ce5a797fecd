import type { Clock } from '@moorline/core';
import type { operations } from '../generated/types.js';
import type { OperationId } from '../wire/models.js';
import type { QueryOf } from '../wire/query.js';
import type { Peer } from './authentication.js';
import type { ControlBackend } from './backend.js';
import type { DescribingRules } from './describing-rules.js';
import type { LiveFeed } from './live/live-feed.js';
import type { Principal } from './principal.js';

/** What every handler works with. */
export interface HandlerContext {
  backend: ControlBackend;
  issuer: TokenIssuer;
  describing: DescribingRules;
  /** Undefined where there is no live channel. */
  live: LiveFeed | undefined;
  /** Undefined where nobody signs in by link. */
  signIn: LinkSignIn | undefined;
  serverVersion: string;
  /** PEM. */
  caCert: string | undefined;
  clock: Clock;
}

/** Signs machines' tokens; `createTokenIssuer` of `@moorline/cc-api/server` makes one. */
export interface TokenIssuer {
  issue(claims: {
    subject: string;
    roles: readonly 'api'[];
    scope: NonNullable<Principal['scope']>;
    lifetimeSeconds: number;
  }): Promise<string>;
}

/** Signs people in by one-time link. */
export interface LinkSignIn {
  /** Uses a link up; `createSignInLinks` has it. */
  redeem(link: string): Promise<string | undefined>;
  /** The `Set-Cookie` header that opens a session of this user; undefined where there is no such user. */
  openSession(username: string, request: Request): Promise<string | undefined>;
}

/** One request of an operation, read and let in. */
export interface Call<Id extends OperationId> {
  request: Request;
  peer: Peer;
  /** Of the path, decoded. */
  params: Readonly<Record<string, string>>;
  query: QueryOf<Id>;
  /** The JSON of the body, checked where the document has a schema for it. */
  body: TakenBody<Id>;
  /** Nobody where the operation takes a credential of its own. */
  principal: Principal;
  context: HandlerContext;
}

/** What an operation takes; a cluster's description is checked by rules of its own. */
export type TakenBody<Id extends OperationId> = Id extends 'putCluster'
  ? unknown
  : operations[Id] extends { requestBody: { content: { 'application/json': infer Body } } }
    ? Body
    : undefined;

/** The body of an operation's success; undefined where it has none. */
export type BodyOf<Id extends OperationId> = operations[Id]['responses'] extends {
  [Status in 200 | 201]?: { content: { 'application/json': infer Body } };
}
  ? Body
  : undefined;

/** Does what is asked. @throws ControlApiError the documented failures. */
export type Handler<Id extends OperationId> = (call: Call<Id>) => Promise<BodyOf<Id> | Response>;
