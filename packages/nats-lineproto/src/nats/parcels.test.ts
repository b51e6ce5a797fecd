import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildStartJobMessage, buildStopJobMessage } from '../wire/messages/build-message.js';
import { splitEntries } from '../wire/split-entries.js';
import { packEntries, packEvents } from './parcels.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const entries = fc.constantFrom('m f=1\n', '# c\nm,a=b f="1\n2" 5\n', '\n  m f=t\r\n', 'bad\n', 'm f="open\n');

describe('packEntries', () => {
  it('loses and doubles nothing, whatever the entries and the limit', () => {
    fc.assert(
      fc.property(fc.array(entries, { maxLength: 20 }), fc.integer({ min: 1, max: 60 }), (list, limit) => {
        const bytes = Buffer.from(list.join(''));
        const { parcels, tooLarge } = packEntries(bytes, limit);
        const ranges = splitEntries(bytes);
        const left = new Set(tooLarge.map(({ entry }) => entry - 1));
        expect(parcels.map(({ data }) => text(data)).join('')).toBe(
          ranges
            .filter((_, index) => !left.has(index))
            .map(({ start, end }) => text(bytes.subarray(start, end)))
            .join(''),
        );
        expect(parcels.every(({ data }) => data.length <= limit)).toBe(true);
        expect(parcels.reduce((sum, parcel) => sum + parcel.entries, 0) + left.size).toBe(ranges.length);
      }),
    );
  });
});

describe('packEvents', () => {
  const start = buildStartJobMessage({ jobId: 1, cluster: 'fritz', startTime: 5 }, 5);
  const stop = buildStopJobMessage({ jobId: 1, cluster: 'fritz', startTime: 5, stopTime: 9 }, 9);

  it('gives each job event a message and an id, in their order with the rest', () => {
    const bytes = Buffer.concat([Buffer.from('# c\na f=1\nb f=1\n'), start, stop, Buffer.from('joking f=1\n')]);
    const { parcels } = packEvents(bytes, 1000, 'jobs');
    expect(parcels.map(({ data, id, entries: count }) => [text(data).slice(0, 13), id, count])).toEqual([
      ['# c\na f=1\nb f', undefined, 2],
      ['job,function=', '["jobs","start_job","fritz",1,5]', 1],
      ['job,function=', '["jobs","stop_job","fritz",1,5,9]', 1],
      ['joking f=1\n', undefined, 1],
    ]);
  });

  it('counts the header of the id, and numbers entries across the whole text', () => {
    const bytes = Buffer.concat([Buffer.from('a f=1\nb f=1\n'), start, Buffer.from(`c f="${'x'.repeat(200)}"\n`)]);
    const { parcels, tooLarge } = packEvents(bytes, start.length + 20, 'jobs');
    expect(parcels.map(({ data }) => text(data))).toEqual(['a f=1\nb f=1\n']);
    expect(tooLarge.map(({ entry }) => entry)).toEqual([3, 4]);
  });

  it('gives no id to an event that does not say which job it is of', () => {
    expect(packEvents(buildStartJobMessage({ cluster: 'fritz' }, 5), 1000, 'jobs').parcels[0]?.id).toBeUndefined();
  });
});
