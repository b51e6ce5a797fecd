import { goJson } from '@moorline/core';
import type { User } from '../models/administration.js';

/** Users as the server lists them (docs/protocol.md §2.6): members in their order, no password. */
export function encodeUsers(users: readonly User[]): string {
  const shown = users.map(({ username, name, email, roles, projects, authType, authSource }) => ({
    ...{ username, name, email, roles, projects, authType, authSource },
  }));
  return goJson(shown);
}
