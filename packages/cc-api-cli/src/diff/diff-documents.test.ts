import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../../../tools/testenv/shared.js';
import { edited, harbour } from '../../test/support/harbour.js';
import { lookUp } from '../document/pointer.js';
import { isObject } from '../document/swagger.js';
import { validate } from '../document/validate.js';
import { changeTable } from './change-table.js';
import { diffDocuments } from './diff-documents.js';

const shared = sharedFolder();

const compare = (before: unknown, after: unknown) =>
  diffDocuments(validate(before, 'before'), validate(after, 'after'));
const short = (before: unknown, after: unknown) =>
  compare(before, after).changes.map(({ breaking, kind, subject, where, what }) =>
    [breaking ? 'BREAKING' : 'fine', kind, subject, where, what].join(' | '),
  );

const berths = '/paths/~1berths~1';
const get = `${berths}/get`;
const berth = '/definitions/Berth';
const fresh = '/definitions/NewBerth';
const response = { description: 'x' };

/** [what is put where, the change, the change of the way back]; Berth is received, NewBerth is sent. */
const rules: [string, unknown, string, string][] = [
  // operations
  [
    '/paths/~1x',
    { get: { responses: { 200: response } } },
    'fine | added | operation | GET /x | new',
    'BREAKING | removed | operation | GET /x | no longer there',
  ],
  [
    `${get}/operationId`,
    'berths',
    'BREAKING | changed | operation | GET /berths/ | id: listBerths → berths',
    'BREAKING | changed | operation | GET /berths/ | id: berths → listBerths',
  ],
  [
    `${get}/deprecated`,
    true,
    'fine | changed | operation | GET /berths/ | now deprecated',
    'fine | changed | operation | GET /berths/ | no longer deprecated',
  ],
  // parameters
  [
    `${get}/parameters/2`,
    { name: 'q', in: 'query', type: 'string' },
    'fine | added | parameter | GET /berths/ · query q | new, optional',
    'BREAKING | removed | parameter | GET /berths/ · query q | no longer taken',
  ],
  [
    `${get}/parameters/2`,
    { name: 'q', in: 'header', type: 'string', required: true },
    'BREAKING | added | parameter | GET /berths/ · header q | new, required',
    'BREAKING | removed | parameter | GET /berths/ · header q | no longer taken',
  ],
  [
    `${get}/parameters/0/required`,
    true,
    'BREAKING | changed | parameter | GET /berths/ · query page | now required',
    'fine | changed | parameter | GET /berths/ · query page | now optional',
  ],
  [
    `${get}/parameters/0/type`,
    'number',
    'fine | changed | parameter | GET /berths/ · query page | type: integer → number',
    'BREAKING | changed | parameter | GET /berths/ · query page | type: number → integer',
  ],
  [
    `${get}/parameters/0/minimum`,
    2,
    'BREAKING | changed | parameter | GET /berths/ · query page | minimum: 1 → 2',
    'fine | changed | parameter | GET /berths/ · query page | minimum: 2 → 1',
  ],
  [
    `${get}/parameters/1/enum`,
    ['free', 'taken', 'shut'],
    'fine | changed | parameter | GET /berths/ · query state | enum: "shut" is new',
    'BREAKING | changed | parameter | GET /berths/ · query state | enum: "shut" is gone',
  ],
  // bodies and media types
  [
    '/paths/~1log/post/parameters/0/required',
    false,
    'fine | changed | body | POST /log · body | now optional',
    'BREAKING | changed | body | POST /log · body | now required',
  ],
  [
    '/paths/~1log/post/parameters',
    [],
    'BREAKING | removed | body | POST /log · body | no longer taken',
    'BREAKING | added | body | POST /log · body | new, required',
  ],
  [
    '/paths/~1log/post/consumes/1',
    'text/csv',
    'fine | added | media type | POST /log | now takes text/csv',
    'BREAKING | removed | media type | POST /log | no longer takes text/csv',
  ],
  [
    '/paths/~1berths~1free/get/produces/1',
    'text/csv',
    'BREAKING | added | media type | GET /berths/free | now answers with text/csv',
    'BREAKING | removed | media type | GET /berths/free | no longer answers with text/csv',
  ],
  // responses
  [
    `${get}/responses/500`,
    response,
    'fine | added | response | GET /berths/ · 500 | may now be answered',
    'fine | removed | response | GET /berths/ · 500 | no longer answered',
  ],
  [
    `${get}/responses/206`,
    response,
    'BREAKING | added | response | GET /berths/ · 206 | may now be answered',
    'BREAKING | removed | response | GET /berths/ · 206 | no longer answered',
  ],
  [
    `${get}/responses/401/schema`,
    { type: 'string' },
    'BREAKING | changed | response | GET /berths/ · 401 | type: Failure → string',
    'BREAKING | changed | response | GET /berths/ · 401 | type: string → Failure',
  ],
  [
    `${get}/responses/401/schema`,
    undefined,
    'BREAKING | changed | response | GET /berths/ · 401 | no longer has a schema',
    'BREAKING | changed | response | GET /berths/ · 401 | now has a schema',
  ],
  // schemas that are received
  [
    '/definitions/Buoy',
    { type: 'object' },
    'fine | added | schema | Buoy | newly defined',
    'BREAKING | removed | schema | Buoy | no longer defined',
  ],
  [
    `${berth}/properties/length`,
    { type: 'number' },
    'fine | added | property | Berth.length | new',
    'BREAKING | removed | property | Berth.length | gone',
  ],
  [
    `${berth}/required`,
    ['id', 'name', 'state'],
    'fine | changed | property | Berth.state | now required',
    'BREAKING | changed | property | Berth.state | now optional',
  ],
  [
    `${berth}/properties/id/type`,
    'number',
    'BREAKING | changed | property | Berth.id | type: integer → number',
    'fine | changed | property | Berth.id | type: number → integer',
  ],
  [
    `${berth}/properties/state/enum`,
    ['free', 'taken', 'shut'],
    'BREAKING | changed | property | Berth.state | enum: "shut" is new',
    'fine | changed | property | Berth.state | enum: "shut" is gone',
  ],
  [
    `${berth}/properties/state/enum`,
    undefined,
    'BREAKING | changed | property | Berth.state | no longer an enum',
    'fine | changed | property | Berth.state | now an enum',
  ],
  [
    `${berth}/properties/name/x-nullable`,
    true,
    'BREAKING | changed | property | Berth.name | may now be null',
    'fine | changed | property | Berth.name | may no longer be null',
  ],
  [
    `${berth}/properties/id/maximum`,
    999,
    'BREAKING | changed | property | Berth.id | maximum: 99 → 999',
    'fine | changed | property | Berth.id | maximum: 999 → 99',
  ],
  [
    `${berth}/properties/id/format`,
    'int64',
    'fine | changed | property | Berth.id | format: none → int64',
    'fine | changed | property | Berth.id | format: int64 → none',
  ],
  [
    `${berth}/properties/beside/items/$ref`,
    '#/definitions/Failure',
    'BREAKING | changed | property | Berth.beside[] | type: Berth → Failure',
    'BREAKING | changed | property | Berth.beside[] | type: Failure → Berth',
  ],
  [
    `${berth}/properties/depths/additionalProperties/type`,
    'string',
    'BREAKING | changed | property | Berth.depths{} | type: number → string',
    'BREAKING | changed | property | Berth.depths{} | type: string → number',
  ],
  // schemas that are sent
  [
    `${fresh}/properties/length`,
    { type: 'number' },
    'fine | added | property | NewBerth.length | new',
    'BREAKING | removed | property | NewBerth.length | gone',
  ],
  [
    `${fresh}/required`,
    ['name', 'state'],
    'BREAKING | changed | property | NewBerth.state | now required',
    'fine | changed | property | NewBerth.state | now optional',
  ],
  [
    `${fresh}/properties/state/enum`,
    ['free'],
    'BREAKING | changed | property | NewBerth.state | enum: "taken" is gone',
    'fine | changed | property | NewBerth.state | enum: "taken" is new',
  ],
  [
    `${fresh}/properties/name/maxLength`,
    10,
    'BREAKING | changed | property | NewBerth.name | maxLength: 20 → 10',
    'fine | changed | property | NewBerth.name | maxLength: 10 → 20',
  ],
  [
    `${fresh}/properties/name/pattern`,
    '^n',
    'BREAKING | changed | property | NewBerth.name | pattern: none → ^n',
    'fine | changed | property | NewBerth.name | pattern: ^n → none',
  ],
  [
    `${fresh}/properties/name/x-nullable`,
    true,
    'fine | changed | property | NewBerth.name | may now be null',
    'BREAKING | changed | property | NewBerth.name | may no longer be null',
  ],
  [
    `${fresh}/additionalProperties`,
    false,
    'BREAKING | changed | schema | NewBerth | other properties are no longer allowed',
    'fine | changed | schema | NewBerth | other properties are now allowed',
  ],
];

describe('diffDocuments', () => {
  it.each(rules)('%s = %j is: %s', (pointer, value, there, back) => {
    const after = edited(harbour(), pointer, value);
    expect(short(harbour(), after)).toEqual([there]);
    expect(short(after, harbour())).toEqual([back]);
  });

  it('asks for a new required property only of those who send it', () => {
    const change = (name: string) => {
      const typed = edited(harbour(), `/definitions/${name}/properties/length`, { type: 'number' });
      return short(harbour(), edited(typed, `/definitions/${name}/required`, ['id', 'name', 'length']));
    };
    expect(change('Berth')).toEqual(['fine | added | property | Berth.length | new, required']);
    expect(change('NewBerth')[0]).toBe('BREAKING | added | property | NewBerth.length | new, required');
  });

  it('does not mind texts for people, nor how a parameter of a path is called', () => {
    const told = edited(edited(harbour(), '/info/title', 'Port'), `${get}/summary`, 'Lists');
    expect(short(harbour(), edited(told, '/definitions/Berth/properties/name/example', 'south'))).toEqual([]);
    const renamed = JSON.parse(
      JSON.stringify(harbour()).replaceAll('{id}', '{berth}').replace('"name":"id"', '"name":"berth"'),
    );
    expect(short(harbour(), renamed)).toEqual([]);
  });

  it('puts breaking changes first, and points to each', () => {
    const after = edited(
      edited(edited(harbour(), `${get}/parameters`, []), '/definitions/Buoy', {}),
      '/paths/~1log',
      undefined,
    );
    const { changes, breaking } = compare(harbour(), after);
    expect(changes.map((change) => change.breaking)).toEqual([true, true, true, false]);
    expect(breaking).toBe(3);
    for (const { kind, pointer } of changes) {
      expect(lookUp(kind === 'removed' ? harbour() : after, pointer), pointer).toBeDefined();
    }
  });

  it('finds nothing between a document and itself, however it is changed', () => {
    const places = pointersOf(harbour());
    const edit = fc.tuple(
      fc.constantFrom(...places),
      fc.constantFrom<unknown>(undefined, true, 7, 'x', ['x'], { type: 'string' }),
    );
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 3 }), (edits) => {
        let document: unknown = harbour();
        for (const [pointer, value] of edits) document = edited(document, pointer, value);
        try {
          validate(document, 'it');
        } catch {
          return;
        }
        expect(compare(document, document)).toEqual({ changes: [], breaking: 0 });
        const one = compare(harbour(), document);
        expect(compare(document, harbour()).changes.length === 0).toBe(one.changes.length === 0);
      }),
      { numRuns: 400 },
    );
  });

  it.skipIf(shared === undefined)("finds nothing between cc-backend's document and itself", () => {
    const document: unknown = JSON.parse(
      readFileSync(join(shared ?? '', 'data/clustercockpit/swagger-1.5.4.json'), 'utf8'),
    );
    expect(compare(document, document).changes).toEqual([]);
    const without = compare(document, edited(document, '/definitions/schema.Job/properties/walltime', undefined));
    expect(without).toMatchObject({ breaking: 1, changes: [{ where: 'schema.Job.walltime', what: 'gone' }] });
  });
});

describe('changeTable', () => {
  it('says that nothing changed', () => {
    expect(changeTable(compare(harbour(), harbour()))).toBe('no changes\n');
  });

  it('shows what a document holds without obeying it', () => {
    const name = `x\u001b[2J${'\n'}y`;
    const table = changeTable(compare(harbour(), edited(harbour(), `/definitions/${name}`, {})));
    expect(table).toContain('x\ufffd[2J\ufffdy');
    expect(table).not.toContain('\u001b');
    expect(table.endsWith('1 change, 0 breaking\n')).toBe(true);
  });
});

function pointersOf(value: unknown, pointer = ''): string[] {
  const members = isObject(value) || Array.isArray(value) ? Object.entries(value) : [];
  return members.flatMap(([key, member]) => {
    const below = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [below, ...pointersOf(member, below)];
  });
}
