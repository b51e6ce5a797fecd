import { describe, expect, it } from 'vitest';
import { toPlotData } from '../plot-series.js';
import { cell, plotCsv } from './csv.js';

describe('plotCsv', () => {
  it('has a line for each moment of any series, and leaves gaps empty', () => {
    const data = toPlotData({
      metric: 'mem_used',
      scope: 'node',
      unit: { base: 'B', prefix: 'G' },
      series: [
        { host: 'n1', from: 0, step: 60, values: [1.5, null, 3] },
        { host: 'n2', from: 60, step: 60, values: [7] },
        { host: 'n3', from: 30, step: 60, values: [9] },
      ],
    });
    expect(plotCsv(data)).toBe(
      [
        'time,unix_seconds,n1 [GB],n2 [GB],n3 [GB]',
        '1970-01-01T00:00:00.000Z,0,1.5,,',
        '1970-01-01T00:00:30.000Z,30,,,9',
        '1970-01-01T00:01:00.000Z,60,,7,',
        '1970-01-01T00:02:00.000Z,120,3,,',
        '',
      ].join('\r\n'),
    );
  });
});

describe('cell', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "so"', '"say ""so"""'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['+1', "'+1"],
    ['@x', "'@x"],
  ])('%j is %j', (text, expected) => {
    expect(cell(text)).toBe(expected);
  });
});
