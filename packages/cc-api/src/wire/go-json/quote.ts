/** Text in Go's double quotes (`%q`), as its messages show names and values. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const character of text) quoted += character === '"' ? '\\"' : escaped(character);
  return `${quoted}"`;
}

/** One byte in single quotes, as the messages of Go's JSON scanner show it. */
export function goQuoteByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === "'") return "'\\''";
  return character === '"' ? `'"'` : `'${escaped(character)}'`;
}

const named = new Map([
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

function escaped(character: string): string {
  const name = named.get(character);
  if (name !== undefined) return name;
  if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) return character;
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return `\\x${hexadecimal(point, 2)}`;
  return point < 0x10000 ? `\\u${hexadecimal(point, 4)}` : `\\U${hexadecimal(point, 8)}`;
}

function hexadecimal(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}
