import { describe, expect, it } from 'vitest';
import type { Column } from './column.js';
import { toCsv } from './csv.js';

interface Row {
  name: string;
  count?: number;
}
const columns: Pick<Column<Row>, 'header' | 'value'>[] = [
  { header: 'Name', value: ({ name }) => name },
  { header: 'Count, all', value: ({ count }) => count },
];

describe('a table as CSV', () => {
  it('has a line of headers and one for each row, with numbers as they are', () => {
    expect(toCsv(columns, [{ name: 'a', count: -1.5 }, { name: 'b' }])).toBe('Name,"Count, all"\r\na,-1.5\r\nb,\r\n');
  });

  it.each([
    ['a comma, "quotes"', '"a comma, ""quotes"""'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['__proto__', '__proto__'],
    ['\u202Eevil 😀', '\u202Eevil 😀'],
  ])('keeps the text %j in one field that is no formula', (name, field) => {
    expect(toCsv(columns.slice(0, 1), [{ name }])).toBe(`Name\r\n${field}\r\n`);
  });
});
