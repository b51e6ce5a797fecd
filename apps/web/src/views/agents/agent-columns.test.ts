import { describe, expect, it } from 'vitest';
import { toCsv } from '../../ui/table/csv.js';
import { agentColumns, backlogText } from './agent-columns.js';

const now = 1_700_000_000_000;
const machine = {
  ...{ id: 'a', number: 7, group: 'lab', host: 'n1', enrolledAt: now - 86_400_000, lastLoginAt: now - 60_000 },
  agentVersion: '1.2.3',
  connections: { session: { protocol: 'v2', connectedAt: now }, rpc: { protocol: 11, connectedAt: now } },
};

describe('backlogText', () => {
  it.each([
    [undefined, 'not said'],
    [{ entries: 0, bytes: 0 }, 'none'],
    [{ entries: 1, bytes: 300 }, '1 entry, 300\u{a0}B'],
    [{ entries: 1204, bytes: 3_100_000, oldestAt: now - 7_300_000 }, '1204 entries, 3.1\u{a0}MB, oldest 2\u{a0}h ago'],
  ])('says of %j that it is %s', (spool, text) => {
    expect(backlogText({ ...machine, ...(spool && { spool }) }, now)).toBe(text);
  });
});

describe('agentColumns', () => {
  it('gives a file plain numbers and moments', () => {
    expect(toCsv(agentColumns(now), [{ ...machine, spool: { entries: 3, bytes: 9 } }])).toBe(
      [
        'No.,Host,Group,Version,Last seen,Connections,Backlog,Enrolled',
        '7,n1,lab,1.2.3,2023-11-14T22:12:20.000Z,session rpc,3,2023-11-13T22:13:20.000Z',
        '',
      ].join('\r\n'),
    );
  });
});
