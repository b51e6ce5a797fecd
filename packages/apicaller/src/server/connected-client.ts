import type { TagKind } from '../wire/tag.js';
import type { Watchers } from './watchers.js';

/** Somebody who has logged in. */
export interface Identity {
  /** `machine-0`. */
  readonly tag: string;
  readonly kind: TagKind;
  /** As people write it: `0/lxd/1`, `mysql/0`, `admin`. */
  readonly id: string;
  /** Whether this is an agent and no user: agents must ping. */
  readonly isAgent: boolean;
  /** Whether this is an agent of the controllers themselves: an upgrade does not lock it out. */
  readonly isController: boolean;
  /** Whether its password is the one of another model, the controllers' own: then it need not ping. */
  readonly isFromControllerModel: boolean;
  /** Facts about a user that go into the login's result: `display-name`, `identity`, `model-access` and so on. */
  readonly userInfo?: Readonly<Record<string, unknown>> | undefined;
}

/** A connection to the server, as handlers and whoever runs the server see it. */
export interface ConnectedClient {
  /** Counts from 1 on each server. */
  readonly id: number;
  /** Uuid of the model that was dialled; undefined for the controller itself. */
  readonly modelUuid: string | undefined;
  readonly remoteAddress: string | undefined;
  /** Undefined until the login. */
  readonly identity: Identity | undefined;
  /** What the client watches. */
  readonly watchers: Watchers;
  /** Calls that a handler works on. */
  readonly inFlight: number;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  /** Counts as a ping: an agent that does this need not send any. */
  pinged(): void;
  /** Lets an agent stay for good without pings. */
  stopPingTimer(): void;
  /** Ends the connection: handlers are told, and answer; then it is closed with code 1000. */
  close(): Promise<void>;
}
