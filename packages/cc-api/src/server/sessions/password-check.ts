import type { PasswordHasher } from '../passwords/password-hasher.js';

/** So many passwords are checked at once: each costs a core some tens of milliseconds, whoever asks. */
const atOnce = 16;

/** Checks passwords, with the same work for a user who is not there. */
export class PasswordCheck {
  readonly #passwords: PasswordHasher;
  #running = 0;
  #hashOfNobody: Promise<string> | undefined;

  constructor(passwords: PasswordHasher) {
    this.#passwords = passwords;
  }

  get isBusy(): boolean {
    return this.#running >= atOnce;
  }

  /** @param hash undefined where there is no user, or none with a password. */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    this.#running++;
    try {
      this.#hashOfNobody ??= this.#passwords.hash(crypto.randomUUID());
      const hashOfNobody = await this.#hashOfNobody;
      const isMatch = await this.#passwords.verify(password, hash ?? hashOfNobody);
      return isMatch && hash !== undefined;
    } finally {
      this.#running--;
    }
  }
}
