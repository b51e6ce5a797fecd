import type { LoginRequest } from '../wire/login-request.js';
import type { Tag } from '../wire/tag.js';
import type { Identity } from './connected-client.js';
import type { Awaitable, Entity, EntityStore, ModelUuid } from './entity-store.js';
import { failure } from './failure.js';

/** Somebody who wants to log in. */
export interface LoginAttempt extends LoginRequest {
  /** The tag, taken apart. */
  tag: Tag;
  modelUuid: ModelUuid;
  remoteAddress: string | undefined;
  /** Aborted when the connection ends. */
  signal: AbortSignal;
}

/** Says who somebody is. */
export interface Authenticator {
  /** @throws RequestError what is answered: {@link badCredentials} for all that nobody need know more of. */
  authenticate(attempt: LoginAttempt): Awaitable<Identity>;
}

/** The same for an unknown tag and a wrong password. */
export const badCredentials = (): Error => failure('invalid entity name or password', 'unauthorized access');

/**
 * Asks a store for tag and password and, of machines that have the right one, for the nonce (docs/protocol.md §2.6).
 *
 * @param controllerModelUuid the controllers' own model: its machines may log in to every other one.
 */
export function passwordAuthenticator(store: EntityStore, controllerModelUuid?: string): Authenticator {
  const find = async ({ authTag, tag, modelUuid }: LoginAttempt): Promise<Found | undefined> => {
    const own = await store.find(authTag, modelUuid);
    const isElsewhere =
      tag.kind === 'machine' && controllerModelUuid !== undefined && controllerModelUuid !== modelUuid;
    // Asked for whether it is needed or not: how long it takes must not tell which tags exist.
    const foreign = isElsewhere ? await store.find(authTag, controllerModelUuid) : undefined;
    if (own !== undefined) return { entity: own, model: modelUuid, isFromControllerModel: false };
    if (foreign?.isController !== true) return undefined;
    return { entity: foreign, model: controllerModelUuid, isFromControllerModel: true };
  };
  return {
    async authenticate(attempt) {
      const { authTag, tag, credentials, modelUuid, nonce } = attempt;
      const found = await find(attempt);
      const isRight = await store.isPassword(authTag, credentials, found === undefined ? modelUuid : found.model);
      if (found === undefined || !isRight) throw badCredentials();
      const { entity, isFromControllerModel } = found;
      if (tag.kind === 'machine' && (entity.nonce === undefined || entity.nonce !== nonce)) {
        throw failure(`machine ${tag.id} not provisioned`, 'not provisioned');
      }
      if (entity.mayLogIn === false) throw failure('permission denied', 'unauthorized access');
      const { isController = false, userInfo } = entity;
      const { kind, id } = tag;
      return { tag: authTag, kind, id, isAgent: kind !== 'user', isController, isFromControllerModel, userInfo };
    },
  };
}

interface Found {
  entity: Entity;
  model: ModelUuid;
  isFromControllerModel: boolean;
}
