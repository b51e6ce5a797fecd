import { describe, expect, it } from 'vitest';
import { eventTypes, readEvent } from './event.js';

const base = {
  id: 3,
  serviceIDs: ['a:deployment/b'],
  startedAt: '2021-03-04T05:06:07.000000089Z',
  endedAt: '2021-03-04T05:06:07.000000089Z',
  logLevel: 'info',
};
const cause = { Message: 'm', User: 'u' };
const image = { ServiceSpecs: ['<all>'], ImageSpec: '<all latest>', Kind: 'execute', Excludes: null, Force: false };

describe('events', () => {
  it.each([
    { ...base, type: 'commit', metadata: { revision: 'abc', spec: { type: 'sync', cause, spec: {} } } },
    { ...base, type: 'commit', metadata: { spec: null } },
    {
      ...base,
      type: 'sync',
      metadata: {
        commits: [{ revision: 'abc', message: 'm' }],
        includes: { other: true },
        errors: [{ ID: 'a:deployment/b', Path: 'p', Error: 'e' }],
        initialSync: true,
      },
    },
    {
      ...base,
      type: 'release',
      metadata: {
        Revision: 'abc',
        result: { 'a:deployment/b': { Status: 'success', PerContainer: null } },
        spec: { Type: 'releaseImageSpecType', ReleaseImageSpec: image, ReleaseContainersSpec: null },
        cause,
      },
    },
    { ...base, type: 'autorelease', metadata: { Revision: '', result: null, spec: { Changes: null } } },
    ...['automate', 'deautomate', 'lock', 'unlock', 'update_policy'].map((type) => ({ ...base, type })),
  ])('reads $type, and writes it in the order of the original', (event) => {
    const { id, serviceIDs, startedAt, endedAt, logLevel, ...rest } = event;
    const { type, ...others } = rest;
    const written = JSON.stringify({ id, serviceIDs, type, startedAt, endedAt, logLevel, ...others });
    expect(JSON.stringify(readEvent(event))).toBe(written);
  });

  it('fills in what is absent', () => {
    expect(readEvent({ type: 'lock' })).toEqual({
      id: 0,
      serviceIDs: null,
      type: 'lock',
      startedAt: '0001-01-01T00:00:00Z',
      endedAt: '0001-01-01T00:00:00Z',
      logLevel: '',
    });
    expect(readEvent({ type: 'sync', metadata: { revisions: ['a'] } })).toMatchObject({
      metadata: { revisions: ['a'], commits: null },
    });
  });

  it('takes a release of the old form, whose spec is the image spec itself', () => {
    expect(readEvent({ type: 'release', metadata: { spec: image } })).toMatchObject({
      metadata: { spec: { Type: 'releaseImageSpecType', ReleaseImageSpec: image, ReleaseContainersSpec: null } },
    });
  });

  it.each([
    [{}, 'Event type is empty'],
    [{ type: 'party' }, 'unknown event type: party'],
    [[], 'json: cannot unmarshal array into Go value of type event.Event'],
    [{ type: 'lock', id: 1.5 }, 'json: cannot unmarshal number 1.5 into Go struct field Event.id of type int'],
    [{ type: 'lock', serviceIDs: ['pear'] }, 'parsing pear: invalid service ID'],
    [{ type: 'sync', metadata: 5 }, 'json: cannot unmarshal number into Go value of type event.SyncEventMetadata'],
  ])('refuses %j', (value, message) => {
    expect(() => readEvent(value)).toThrow(message);
  });

  it('knows nine types', () => {
    expect(eventTypes).toHaveLength(9);
  });
});
