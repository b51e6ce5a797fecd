import { decodeJson, flag, listOf, struct, text } from './json-decoder.js';
import { parseJsonText } from './json-text.js';

/** The answer to a login (docs/protocol.md §2.4). */
export interface LoginResponse {
  /** Non-empty on success. */
  machineID?: string | undefined;
  /** Session token: a secret. */
  token?: string | undefined;
  /** Opaque, replayed on sessions: a secret. */
  machineProof?: string | undefined;
  /** What the control plane thinks of the machine; invalid items do not fail the login. */
  validationResults?: ValidationResult[] | undefined;
  /** Failure code. */
  code?: string | undefined;
  /** Failure text. */
  message?: string | undefined;
  /** Deprecated name of `code`, all that agents up to v0.7 read. */
  status?: string | undefined;
  /** Deprecated name of `message`. */
  error?: string | undefined;
}

export interface ValidationResult {
  name?: string | undefined;
  valid?: boolean | undefined;
  reason?: string | undefined;
  suggestion?: string | undefined;
}

/**
 * Reads an answer as a Go peer would: `null` and `{}` are empty answers.
 *
 * @throws JsonTextError or ShapeMismatch, with the words of a Go peer.
 */
export function parseLoginResponse(body: Uint8Array): LoginResponse {
  return decodeJson(parseJsonText(body), loginResponseShape);
}

/** The failure's code: `code`, else the deprecated `status`, else empty. */
export const failureReason = (response: LoginResponse): string => response.code || response.status || '';

/** The failure's text: `message`, else the deprecated `error`, else empty. */
export const failureMessage = (response: LoginResponse): string => response.message || response.error || '';

const loginResponseShape = struct('v1.LoginResponse', {
  machineID: text,
  token: text,
  machineProof: text,
  validationResults: listOf(
    struct('v1.MachineValidationResult', { name: text, valid: flag, reason: text, suggestion: text }),
  ),
  code: text,
  message: text,
  status: text,
  error: text,
});
