/** Codes of the eighteen documented failures, in the order of docs/protocol.md §4. */
export type DocumentedFailureCode =
  | 'cannot_parse_json'
  | 'machine_info_missing'
  | 'token_required'
  | 'machine_or_group_required'
  | 'invalid_token'
  | 'token_validation_failed'
  | 'machine_not_found'
  | 'node_group_mismatch'
  | 'node_group_not_found'
  | 'machine_not_owned'
  | 'node_group_not_owned'
  | 'session_token_lookup_failed'
  | 'machine_lookup_failed'
  | 'machine_update_failed'
  | 'node_group_lookup_failed'
  | 'id_generation_failed'
  | 'machine_add_failed'
  | 'login_failed';

/** The `code` and `status` of an answer's body. */
export type FailureReason = 'InvalidParameter' | 'InvalidToken' | 'Forbidden' | 'NotFound' | 'InternalFailure';

export interface DocumentedFailure {
  /** 1 to 18. */
  readonly number: number;
  readonly code: DocumentedFailureCode;
  /** HTTP status. */
  readonly status: number;
  readonly reason: FailureReason;
  /** The exact text; `<detail>` and `<name>` stand for what {@link failureText} puts there. */
  readonly text: string;
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean;
}

const row = (
  number: number,
  code: DocumentedFailureCode,
  status: number,
  reason: FailureReason,
  text: string,
): DocumentedFailure => ({ number, code, status, reason, text, isRetryable: status >= 500 });

/** The eighteen documented failures (docs/protocol.md §4). */
export const documentedFailures: readonly DocumentedFailure[] = [
  row(1, 'cannot_parse_json', 400, 'InvalidParameter', 'cannot parse json, <detail>'),
  row(2, 'machine_info_missing', 400, 'InvalidParameter', 'machine info cannot be nil'),
  row(3, 'token_required', 400, 'InvalidParameter', 'token is required'),
  row(4, 'machine_or_group_required', 400, 'InvalidParameter', 'must specify a machine id or a node group id'),
  row(5, 'invalid_token', 401, 'InvalidToken', 'invalid token'),
  row(6, 'token_validation_failed', 500, 'InternalFailure', 'failed to validate token'),
  row(7, 'machine_not_found', 404, 'NotFound', 'machine not found'),
  row(8, 'node_group_mismatch', 400, 'InvalidParameter', 'node group does not match'),
  row(9, 'node_group_not_found', 404, 'NotFound', 'node group <name> not found'),
  row(10, 'machine_not_owned', 403, 'Forbidden', 'only allowed to check in machines your owned'),
  row(11, 'node_group_not_owned', 403, 'Forbidden', 'node group is not owned by the workspace'),
  row(12, 'session_token_lookup_failed', 500, 'InternalFailure', 'failed to find session token'),
  row(13, 'machine_lookup_failed', 500, 'InternalFailure', 'failed to get machine'),
  row(14, 'machine_update_failed', 500, 'InternalFailure', 'failed to update machine info'),
  row(15, 'node_group_lookup_failed', 500, 'InternalFailure', 'failed to find node group'),
  row(16, 'id_generation_failed', 500, 'InternalFailure', 'failed to generate id'),
  row(17, 'machine_add_failed', 500, 'InternalFailure', 'failed to add machine'),
  row(18, 'login_failed', 500, 'InternalFailure', 'failed to login, please try again'),
];

const byCode = new Map(documentedFailures.map((failure) => [failure.code, failure]));

/** The table's row of this code. */
export function documentedFailure(code: DocumentedFailureCode): DocumentedFailure {
  const failure = byCode.get(code);
  if (failure === undefined) throw new RangeError(`no documented failure has the code ${code}`);
  return failure;
}

/** What the texts of failures 1 and 9 hold. */
export interface FailureTextParts {
  /** What is wrong with the JSON (1). */
  detail?: string | undefined;
  /** The group that was asked for (9). */
  nodeGroup?: string | undefined;
}

/** The failure's exact text. */
export function failureText(failure: DocumentedFailure, parts: FailureTextParts = {}): string {
  return failure.text
    .replace('<detail>', () => parts.detail ?? 'invalid JSON')
    .replace('<name>', () => parts.nodeGroup ?? '');
}

/** The documented failure that an answer with this HTTP status and text stands for, if any. */
export function findDocumentedFailure(status: number, message: string): DocumentedFailure | undefined {
  return documentedFailures.find((failure) => failure.status === status && isTextOf(failure, message));
}

function isTextOf(failure: DocumentedFailure, message: string): boolean {
  const [before = '', after] = failure.text.split(/<detail>|<name>/);
  if (after === undefined) return message === failure.text;
  return message.length >= before.length + after.length && message.startsWith(before) && message.endsWith(after);
}
