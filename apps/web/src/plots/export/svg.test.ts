import { describe, expect, it } from 'vitest';
import { lookAt } from '../palette.js';
import { fileName } from './file-name.js';
import { escapeXml, pathOf, type Picture, plotSvg } from './svg.js';

const picture: Picture = {
  title: '<script>alert(1)</script>',
  unit: 'GB/s',
  factor: 1,
  shown: { from: 0, to: 600 },
  range: { min: 0, max: 10 },
  zone: 'utc',
  lines: [
    {
      label: '"n1" & co',
      look: lookAt(7, 'light'),
      columns: { lows: Float32Array.of(1, 1, NaN, 2), highs: Float32Array.of(1, 9, NaN, 2) },
    },
  ],
  thresholds: [
    { name: 'caution', value: 4 },
    { name: 'alert', value: 400 },
  ],
};

describe('plotSvg', () => {
  const svg = plotSvg(picture);

  it('shows hostile text as text', () => {
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(svg).toContain('&quot;n1&quot; &amp; co');
  });

  it('shows the thresholds that lie in the range', () => {
    expect(svg).toContain('>caution<');
    expect(svg).not.toContain('>alert<');
  });

  it('has a dashed line for a dashed look, and no style that a policy would refuse', () => {
    expect(svg).toContain(`stroke-dasharray="${lookAt(7, 'light').dash.join(' ')}"`);
    expect(svg).not.toContain('style=');
  });
});

describe('pathOf', () => {
  it('goes up and down a tall column, lifts the pen over gaps, and shows a lonely column', () => {
    const path = pathOf(
      { lows: Float32Array.of(1, 1, 1, NaN, 2), highs: Float32Array.of(1, 9, 9, NaN, 2) },
      (value) => 10 - value,
    );
    expect(path).toBe('M0.5 9L1.5 9L1.5 1L2.5 1L2.5 9M4.5 8h0.01');
  });
});

it('escapeXml leaves nothing that XML forbids', () => {
  expect(escapeXml('a\u{0}b\u{1b}c\u{d800}d😀')).toBe('a\u{fffd}b\u{fffd}c\u{fffd}d😀');
});

describe('fileName', () => {
  it.each([
    ['mem_bw node.svg', 'mem_bw-node.svg'],
    ['../../etc/passwd.png', 'etc-passwd.png'],
    ['<script>.csv', 'script-.csv'],
    ['', 'plot'],
    ['Überlast.csv', 'Überlast.csv'],
  ])('%j is %j', (name, expected) => {
    expect(fileName(name)).toBe(expected);
  });

  it('cuts what a file system would not take, and keeps the ending', () => {
    expect(fileName(`${'x'.repeat(10_000)}.svg`)).toBe(`${'x'.repeat(100)}.svg`);
  });
});
