/** Turns passwords into what may be stored, and checks them against it. Handed in, for it is work of the native kind. */
export interface PasswordHasher {
  /** @param password at most 72 bytes. @returns a text that says of itself how it was made. */
  hash(password: string): Promise<string>;
  /** @returns false, too, for a hash that this hasher cannot read. Takes the same time whatever the password is. */
  verify(password: string, hash: string): Promise<boolean>;
}
