import { expect, it } from 'vitest';
import { Encoder } from './encoder.js';
import { prepareSeries } from './prepared-series.js';

it('writes what the parts would write', () => {
  const series = prepareSeries('a b', { k: 'v,w', h: 'x' });
  const encoder = new Encoder().startSeries(series).addField('f', 1).addField('g', 2n).endLine(5n);
  encoder.startSeries(series).addField('f', 2).endLine();
  expect(Buffer.from(encoder.bytes()).toString()).toBe('a\\ b,h=x,k=v\\,w f=1,g=2i 5\na\\ b,h=x,k=v\\,w f=2\n');
});

it('needs no tags', () => {
  expect(Buffer.from(new Encoder().startSeries(prepareSeries('m')).addField('f', 1).endLine().bytes()).toString()).toBe(
    'm f=1\n',
  );
});

it('refuses names when it is prepared', () => {
  expect(() => prepareSeries('m', { k: '' })).toThrow(/tag value is empty/);
});

it('refuses a line without fields, and a tag behind the series', () => {
  const series = prepareSeries('m');
  expect(() => new Encoder().startSeries(series).endLine()).toThrow(/needs a field/);
  expect(() => new Encoder().startSeries(series).startSeries(series)).toThrow(/needs a field/);
  expect(() => new Encoder().startSeries(series).addTag('a', 'b')).toThrow(/does not follow/);
});
