import { escapeGoJson } from '@moorline/core';

/**
 * The text of a request's `id`, as it is echoed: without blanks, otherwise untouched (`1.50` stays `1.50`).
 *
 * @param text the request's text, valid JSON of an object.
 * @param id the `id` that `JSON.parse` has found in it; undefined where it found none under that very name.
 */
export function rawId(text: string, id: unknown): string {
  // Peers send a whole number as the last member: where the text ends so, the number is what it was read from.
  if (typeof id === 'number' && text.endsWith(`,"id":${id}}\n`)) return String(id);
  const raw = lastMember(text, 'id');
  return raw === undefined ? 'null' : escapeGoJson(compact(raw));
}

/** The text of the last member of an object that has the name, in any case. */
function lastMember(text: string, wanted: string): string | undefined {
  let found: string | undefined;
  let at = text.indexOf('{') + 1;
  for (;;) {
    at = text.indexOf('"', at);
    if (at < 0) return found;
    const nameEnd = endOfText(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const from = text.indexOf(':', nameEnd) + 1;
    at = endOfMember(text, from);
    if (name.toLowerCase() === wanted) found = text.slice(from, at);
  }
}

/** @returns the index of the comma or bracket behind the member whose value begins at `from`. */
function endOfMember(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      at = endOfText(text, at);
      continue;
    }
    if (depth === 0 && (char === ',' || char === '}')) return at;
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    at++;
  }
  return at;
}

/** @returns the index behind the string that begins at `from`. */
function endOfText(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Takes the blanks out of JSON text, not out of its strings. */
function compact(json: string): string {
  let out = '';
  let at = 0;
  while (at < json.length) {
    const quote = json.indexOf('"', at);
    const end = quote < 0 ? json.length : quote;
    out += json.slice(at, end).replace(/[ \t\r\n]+/g, '');
    if (quote < 0) return out;
    at = endOfText(json, quote);
    out += json.slice(quote, at);
  }
  return out;
}
