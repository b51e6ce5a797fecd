/** What a text begins with: a JSON document, nothing, or something else. */
export type FirstJson = { found: 'json'; value: unknown } | { found: 'nothing' } | { found: 'text' };

/**
 * Reads the first JSON document of an answer, whatever its content type says: the server may send one twice, joins
 * content types, and sends plain texts and empty bodies (docs/protocol.md §1.3).
 */
export function firstJson(text: string): FirstJson {
  const whole = tryParse(text);
  if (whole !== undefined) return whole;
  if (text.trim() === '') return { found: 'nothing' };
  const line = tryParse(text.slice(0, text.indexOf('\n')));
  return line ?? { found: 'text' };
}

function tryParse(text: string): FirstJson | undefined {
  try {
    return { found: 'json', value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
