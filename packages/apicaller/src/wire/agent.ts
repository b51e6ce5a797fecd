import { readListMember, readParams, readTextMember } from './params.js';

/** Whether an entity lives; `dying` is on its way to `dead`. */
export type Life = 'alive' | 'dying' | 'dead';

/** What is said of a failed entry of a result (docs/protocol.md §1.6). */
export interface EntryError {
  message: string;
  code: string;
  info?: Readonly<Record<string, unknown>> | undefined;
}

/** One entry of the answer to `Agent.GetEntities`; members in the original's order. */
export interface EntityResult {
  life: Life | '';
  jobs: readonly string[] | null;
  'container-type': string;
  error?: EntryError | undefined;
}

/** A new password for an entity. */
export interface PasswordChange {
  tag: string;
  /** A secret. */
  password: string;
}

/** The tags in the params of `Agent.GetEntities`. */
export function readEntities(value: unknown): string[] {
  const params = readParams(value, 'params.Entities');
  return readListMember(params, 'entities', 'Entities', 'params.Entity').map((entity) =>
    readTextMember(entity, 'tag', 'Entity'),
  );
}

/** The changes in the params of `Agent.SetPasswords`. */
export function readPasswordChanges(value: unknown): PasswordChange[] {
  const params = readParams(value, 'params.EntityPasswords');
  return readListMember(params, 'changes', 'EntityPasswords', 'params.EntityPassword').map((change) => ({
    tag: readTextMember(change, 'tag', 'EntityPassword'),
    password: readTextMember(change, 'password', 'EntityPassword'),
  }));
}
