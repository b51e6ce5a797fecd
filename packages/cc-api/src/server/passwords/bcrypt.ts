import { hash, verify } from '@node-rs/bcrypt';
import type { PasswordHasher } from './password-hasher.js';

export interface BcryptOptions {
  /** Each step doubles the work; 4 to 31. Default 10, as the original: all users cost a login the same then. */
  cost?: number;
}

/** The original's hashes, so that its users can be taken over. Works off the main thread. */
export function createBcryptHasher({ cost = 10 }: BcryptOptions = {}): PasswordHasher {
  return {
    hash: (password) => hash(password, { cost, rejectLongPasswords: true }),
    verify: (password, stored) => verify(password, stored),
  };
}
