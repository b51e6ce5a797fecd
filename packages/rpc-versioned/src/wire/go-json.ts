const escapes: Record<string, string> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/**
 * JSON as Go's encoder writes it: `<`, `>`, `&` and two line separators escaped.
 *
 * @throws TypeError for what JSON cannot hold: a cycle, a bigint, nothing at all.
 */
export function goJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError(`JSON has no ${typeof value}`);
  return escapeHtml(json);
}

/** Escapes in JSON text what Go escapes. A search for each is a fraction of the cost of one expression for all. */
export function escapeHtml(json: string): string {
  const isClean =
    !json.includes('<') &&
    !json.includes('>') &&
    !json.includes('&') &&
    !json.includes('\u2028') &&
    !json.includes('\u2029');
  return isClean ? json : json.replace(/[<>&\u2028\u2029]/g, (char) => escapes[char] ?? char);
}

/** A value as Go's `%v` prints what its decoder made of JSON. */
export function goFormat(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([name, member]) => `${name}:${goFormat(member)}`).join(' ')}]`;
}
