import type { Entry } from '../src/index.js';

/** An entry as one line of text, for tables of cases: `"m" {"a"="b"} ["f":float=1] @5`, or `ERR field 1:5`. */
export function describeEntry(entry: Entry): string {
  if (entry.type === 'error') return `ERR ${entry.kind} ${entry.line}:${entry.column}`;
  const quote = (text: string): string => JSON.stringify(text);
  const tags = entry.tags.map(({ key, value }) => `${quote(key)}=${quote(value)}`).join(' ');
  const fields = entry.fields.map(({ key, kind, value }) => {
    const text = typeof value === 'string' ? quote(value) : Object.is(value, -0) ? '-0' : String(value);
    return `${quote(key)}:${kind}=${text}`;
  });
  const time = entry.hasTimestamp ? String(entry.time) : 'default';
  return `${quote(entry.measurement)} {${tags}} [${fields.join(' ')}] @${time}`;
}
