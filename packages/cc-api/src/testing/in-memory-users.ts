import type { StoredUser, UserStore } from '../server/backend/administration.js';
import type { User } from '../wire/models/administration.js';

/** Users and their settings in memory. */
export class InMemoryUsers implements UserStore {
  readonly #users = new Map<string, { user: StoredUser; settings: Map<string, string> }>();

  async list(): Promise<User[]> {
    return [...this.#users.values()].map(({ user: { passwordHash: _, ...user } }) => structuredClone(user));
  }

  async find(username: string): Promise<StoredUser | undefined> {
    return structuredClone(this.#users.get(username)?.user);
  }

  async create(user: StoredUser): Promise<boolean> {
    if (this.#users.has(user.username)) return false;
    this.#users.set(user.username, { user: structuredClone(user), settings: new Map() });
    return true;
  }

  async delete(username: string): Promise<boolean> {
    return this.#users.delete(username);
  }

  async update<Refusal>(
    username: string,
    change: (user: User) => { user: User } | { refused: Refusal },
  ): Promise<{ user: User } | { refused: Refusal } | undefined> {
    const known = this.#users.get(username);
    if (known === undefined) return undefined;
    const { passwordHash, ...user } = known.user;
    const changed = change(structuredClone(user));
    if ('user' in changed) {
      known.user = { ...structuredClone(changed.user), ...(passwordHash === undefined ? {} : { passwordHash }) };
    }
    return changed;
  }

  async setSetting(username: string, key: string, value: string): Promise<boolean> {
    return this.#users.get(username)?.settings.set(key, value) !== undefined;
  }

  async settings(username: string): Promise<Record<string, string>> {
    return Object.fromEntries(this.#users.get(username)?.settings ?? []);
  }
}
