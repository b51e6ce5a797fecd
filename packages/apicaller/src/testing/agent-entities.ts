import type { MemoryEntityStore } from '../server/memory-entity-store.js';
import type { ModelUuid } from '../server/entity-store.js';

/** An agent with which a test can log in. */
export interface FakeAgent {
  tag: string;
  password: string;
  /** Empty for all but machines. */
  nonce: string;
}

/**
 * Adds agents to a store, alive and provisioned, and gives what they log in with.
 *
 * @param tags `['machine-0', 'unit-mysql-0']`
 */
export function addFakeAgents(store: MemoryEntityStore, tags: readonly string[], model?: ModelUuid): FakeAgent[] {
  return tags.map((tag) => {
    const nonce = tag.startsWith('machine-') ? `${tag}:nonce` : '';
    const agent: FakeAgent = { tag, password: `password of ${tag}`.padEnd(24, '.'), nonce };
    store.add({ tag, password: agent.password, ...(nonce === '' ? {} : { nonce }) }, model);
    return agent;
  });
}
