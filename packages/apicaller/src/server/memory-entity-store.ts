import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Entity, EntityStore, ModelUuid } from './entity-store.js';

/** An {@link EntityStore} in memory, for tests and first steps: it forgets everything when the process ends. */
export interface MemoryEntityStore extends EntityStore {
  /** Adds an entity, or puts it in the place of the one with its tag. */
  add(entity: Entity & { password: string }, model?: ModelUuid): void;
  remove(tag: string, model?: ModelUuid): void;
}

interface Stored {
  entity: Entity;
  salt: Uint8Array;
  hash: Uint8Array;
}

/**
 * Makes a {@link MemoryEntityStore}. It keeps SHA-256 of passwords with a salt: enough for passwords that were made by a
 * machine, of which there are too many to try, and too little for those that people think of.
 */
export function createMemoryEntityStore(): MemoryEntityStore {
  const entities = new Map<string, Stored>();
  const nobody = { salt: randomBytes(16), hash: randomBytes(32) };
  const keyOf = (tag: string, model: ModelUuid): string => `${model ?? ''} ${tag}`;
  const store = (key: string, entity: Entity, password: string): void => {
    const salt = randomBytes(16);
    entities.set(key, { entity, salt, hash: hashOf(salt, password) });
  };
  return {
    add({ password, ...entity }, model) {
      store(keyOf(entity.tag, model), entity, password);
    },
    remove(tag, model) {
      entities.delete(keyOf(tag, model));
    },
    find: (tag, model) => entities.get(keyOf(tag, model))?.entity,
    isPassword(tag, password, model) {
      const stored = entities.get(keyOf(tag, model));
      const { salt, hash } = stored ?? nobody;
      return timingSafeEqual(hashOf(salt, password), hash) && stored !== undefined;
    },
    setPassword(tag, password, model) {
      const key = keyOf(tag, model);
      const stored = entities.get(key);
      if (stored !== undefined) store(key, stored.entity, password);
    },
  };
}

const hashOf = (salt: Uint8Array, password: string): Uint8Array =>
  createHash('sha256').update(salt).update(password).digest();
