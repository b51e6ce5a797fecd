/** What stands in place of a secret. */
export const redacted = '[redacted]';

/** Names whose values are secrets, in any case and with any separator: `sessionToken`, `X-Auth-Token`, `machine_proof` … */
const secretName =
  /(?:token|password|passwd|secret|authorization|cookie|macaroon|proof|credential|privatekey|apikey)s?$/;

/** Whether a field, header or parameter of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

const deepest = 16;

/**
 * A copy of a JSON-like value in which every field with a secret name reads {@link redacted}. Bytes, dates and other
 * class instances are passed through; levels deeper than 16 and circular references are cut.
 */
export function redact(value: Record<string, unknown>): Record<string, unknown>;
export function redact(value: unknown): unknown;
export function redact(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest || above.has(value)) return '[…]';
  const isPlain = Array.isArray(value) || isRecord(value);
  if (!isPlain) return value;
  above.add(value);
  const result = Array.isArray(value)
    ? value.map((item) => copy(item, depth + 1, above))
    : Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          isSecretName(key) && item !== undefined && item !== null && item !== ''
            ? redacted
            : copy(item, depth + 1, above),
        ]),
      );
  above.delete(value);
  return result;
}

function isRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Text with bearer credentials, JSON Web Tokens and the user part of URLs replaced by {@link redacted}. */
export function redactText(text: string): string {
  return text
    .replace(/\b(Bearer|Basic|Scope-Probe token=)(\s*)[^\s",;]+/gi, `$1$2${redacted}`)
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, redacted)
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+(?::[^\s/@]*)?@/gi, `$1${redacted}@`);
}

/** A URL without user, password, and the values of query parameters with secret names. */
export function redactUrl(url: string | URL): string {
  const copy = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (copy === undefined) return redactText(String(url));
  copy.username = '';
  copy.password = '';
  for (const name of [...copy.searchParams.keys()]) {
    if (isSecretName(name)) copy.searchParams.set(name, 'redacted');
  }
  return copy.href;
}
