import type { Life } from '../wire/agent.js';

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/** Where an entity lives: the uuid of its model, undefined for the controller itself. */
export type ModelUuid = string | undefined;

/** Something or somebody that may log in. */
export interface Entity {
  /** `machine-0`, `unit-mysql-0`, `user-admin`. */
  tag: string;
  /** Default `alive`. */
  life?: Life | undefined;
  /** What a machine was provisioned with; while there is none, the machine is answered `not provisioned`. */
  nonce?: string | undefined;
  /** What a machine is for: `JobHostUnits`, `JobManageModel`. Default `JobHostUnits` for machines, none for others. */
  jobs?: readonly string[] | undefined;
  /** `lxd` for a container. Default empty. */
  containerType?: string | undefined;
  /** Whether this is a controller's own machine: it may log in to every model. Default false. */
  isController?: boolean | undefined;
  /** False for a user who is known, and may not in here: `permission denied`. Default true. */
  mayLogIn?: boolean | undefined;
  /** Facts about a user for the login's result. */
  userInfo?: Readonly<Record<string, unknown>> | undefined;
}

/** Who may log in, with which password. */
export interface EntityStore {
  /** The entity with this tag; undefined where there is none. */
  find(tag: string, model: ModelUuid): Awaitable<Entity | undefined>;
  /**
   * Whether this is the entity's password; false where there is no such entity. It is asked for both, and must take as
   * long for both: whoever listens must not learn which tags exist.
   */
  isPassword(tag: string, password: string, model: ModelUuid): Awaitable<boolean>;
  /** Replaces the password: only the new one holds when this has settled. */
  setPassword(tag: string, password: string, model: ModelUuid): Awaitable<void>;
}
