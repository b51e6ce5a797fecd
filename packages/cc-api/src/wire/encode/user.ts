import { encodeGoJson } from '../go-json/encode.js';
import type { User } from '../models/administration.js';

/** Users as the server lists them (docs/protocol.md §2.6): members in their order, no password, a line feed at the end. */
export function encodeUsers(users: readonly User[]): string {
  return encodeGoJson(
    users.map(({ username, name, email, roles, projects, authType, authSource }) => ({
      ...{ username, name, email, roles, projects, authType, authSource },
    })),
  );
}
