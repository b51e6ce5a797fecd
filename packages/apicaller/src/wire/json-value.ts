/**
 * Where the first JSON value of a text ends, without looking closer at it than brackets and strings ask for.
 *
 * @returns the index after it; undefined where the text ends before it does, or holds none.
 */
export function endOfValue(text: string, from = 0): number | undefined {
  const start = skipBlanks(text, from);
  const first = text[start];
  if (first === undefined) return undefined;
  if (first === '"') return endOfString(text, start);
  if (first !== '{' && first !== '[') return endOfScalar(text, start);
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** The index of the first character that is not JSON's white space, from `at` on. */
export function skipBlanks(text: string, at: number): number {
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++;
  return at;
}

function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return undefined;
}

function endOfScalar(text: string, start: number): number {
  let at = start;
  while (at < text.length && !' \t\n\r,:]}[{"'.includes(text.charAt(at))) at++;
  return at;
}

/**
 * The texts of an object's members, as they are written, under names in small letters; of several with one name the
 * last counts.
 *
 * @param text valid JSON whose first value is an object.
 */
export function memberTexts(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = text.indexOf('{') + 1;
  for (;;) {
    at = skipBlanks(text, at);
    if (text[at] === ',') at = skipBlanks(text, at + 1);
    if (text[at] !== '"') return members;
    const nameEnd = endOfValue(text, at) ?? text.length;
    const name = String(JSON.parse(text.slice(at, nameEnd))).toLowerCase();
    const start = skipBlanks(text, skipBlanks(text, nameEnd) + 1);
    const end = endOfValue(text, start);
    if (end === undefined) return members;
    members.set(name, text.slice(start, end));
    at = end;
  }
}
