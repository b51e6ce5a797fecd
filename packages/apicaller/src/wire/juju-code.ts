import type { ApicallerErrorCode } from '../error.js';

/**
 * Juju's own error codes, as they stand in `error-code` (docs/protocol.md §1.5), and the code of this package for each.
 * Codes that are not here come as `request_failed`; the text itself is always in {@link RequestError.jujuCode}.
 */
const codes = {
  'unauthorized access': 'unauthorized_access',
  'not found': 'not_found',
  'not provisioned': 'not_provisioned',
  dead: 'entity_dead',
  'not implemented': 'not_implemented',
  'not supported': 'not_supported',
  'upgrade in progress': 'upgrade_in_progress',
  'model migration in progress': 'model_migration_in_progress',
  'redirection required': 'redirection_required',
  'macaroon discharge required': 'discharge_required',
  'no credentials provided': 'no_credentials',
  'login expired': 'login_expired',
  'session token invalid': 'session_token_invalid',
  'try again': 'try_again',
  'model not found': 'model_not_found',
  'bad request': 'bad_request',
  forbidden: 'forbidden',
  'access required': 'access_required',
} as const satisfies Record<string, ApicallerErrorCode>;

/** The codes of Juju's that this package has a code of its own for; any other string may come too. */
export type KnownJujuCode = keyof typeof codes;
/** What stands in `error-code`: one of {@link KnownJujuCode}, another of Juju's, or nothing. */
export type JujuCode = KnownJujuCode | '' | (string & {});

/** Failures that pass by themselves. */
const passing = new Set<string>(['try again', 'upgrade in progress', 'model migration in progress']);

/** The code of this package for one of Juju's. */
export function codeOfJuju(jujuCode: string): ApicallerErrorCode {
  return Object.hasOwn(codes, jujuCode) ? codes[jujuCode as KnownJujuCode] : 'request_failed';
}

export const isPassing = (jujuCode: string): boolean => passing.has(jujuCode);
