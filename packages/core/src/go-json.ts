const escapes: Record<string, string> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/**
 * A value as Go's JSON encoder writes it: as `JSON.stringify`, with `<`, `>`, `&`, U+2028 and U+2029 escaped. Members
 * that are undefined are left out; there is no line feed at the end.
 *
 * @throws TypeError for what JSON cannot hold: a cycle, a bigint, nothing at all.
 */
export function goJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError(`JSON has no ${typeof value}`);
  return escapeGoJson(json);
}

/** JSON text with what Go's encoder escapes beyond JSON. */
export function escapeGoJson(json: string): string {
  // A search for each is a fraction of the cost of one expression for all.
  const isClean =
    !json.includes('<') &&
    !json.includes('>') &&
    !json.includes('&') &&
    !json.includes('\u2028') &&
    !json.includes('\u2029');
  return isClean ? json : json.replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character);
}
