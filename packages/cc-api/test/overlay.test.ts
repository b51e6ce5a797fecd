import { describe, expect, it } from 'vitest';
import { operationOf, partings } from './support/conform.js';
import { correct, type Correction, readCorrections, readDocument, type SwaggerDocument } from './support/documents.js';
import { captured, type Exchange, shared } from '../../../tools/testenv/cc-captures.js';

const document = readDocument();
const overlay = readCorrections('overlay');
const actual = correct(document, overlay);

describe('the overlay', () => {
  it('can be applied, and gives every one of the 50 routes an id of its own', () => {
    const operations = Object.values(actual?.paths ?? {}).flatMap((methods) => Object.values(methods));
    expect(operations).toHaveLength(50);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(50);
  });

  it('gives a reason for each correction', () => {
    expect(overlay.filter(({ reason }) => reason.length < 5)).toEqual([]);
  });

  it('begins with the ids, which the documented view has as well', () => {
    const ids = readCorrections('operation-ids');
    expect(overlay.slice(0, ids.length)).toEqual(ids);
    expect(ids).toHaveLength(29);
  });
});

describe.skipIf(shared === undefined)('the captures that the overlay names', () => {
  const exchanges = new Map(captured().map((exchange) => [exchange.id, exchange]));
  const named = overlay.flatMap((correction, index) =>
    correction.vector === undefined ? [] : [{ correction, index }],
  );

  it('are there, and are what the corrected document describes', () => {
    const faults = named.flatMap(({ correction: { vector = '', path, op } }) => {
      const exchange = exchanges.get(vector);
      if (exchange === undefined || actual === undefined) return [`${vector} is missing`];
      return isAboutNothing(op, path)
        ? []
        : partings(actual, exchange).map((parting) => `${vector} (${path}): ${parting}`);
    });
    expect([...new Set(faults)]).toEqual([]);
  });

  it('show what they are named for: without the correction they are not what the document describes', () => {
    const faults = named.flatMap(({ correction, index }) => {
      const exchange = exchanges.get(correction.vector ?? '');
      return exchange === undefined || shows(exchange, correction, index)
        ? []
        : [`${exchange.id}: ${correction.op} ${correction.path}`];
    });
    expect(faults).toEqual([]);
  });

  it('have none that contradicts a status said to be never sent', () => {
    const never = overlay.filter(({ reason }) => reason === 'Never sent.').map(({ path }) => path);
    const seen = [...exchanges.values()].filter(({ operation, status, step }) => {
      if (step !== undefined) return false;
      const [method = '', path = ''] = operation.split(' ');
      return never.includes(`/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}/responses/${status}`);
    });
    expect(never.length).toBeGreaterThan(15);
    expect(seen.map(({ id }) => id)).toEqual([]);
  });

  function shows(exchange: Exchange, correction: Correction, index: number): boolean {
    const { op, path } = correction;
    // A path where nothing answers: the capture is of the documented path, and a 404 or a 405.
    if (isAboutNothing(op, path)) return exchange.operation.endsWith(unescape(path)) && exchange.status === 404;
    // Nothing less than the exchange itself shows that a credential is wrong, or a member always there.
    if (path.endsWith('/security'))
      return exchange.status === 401 && operationOf(actual as SwaggerDocument, exchange) !== undefined;
    if (path.endsWith('/required') && op === 'add') return true;
    if (
      /\/(responses\/\d+\/description|parameters\/\d+\/(required|type))$|\/consumes$/.test(path) &&
      exchange.status >= 400
    )
      return true;
    const without = correct(
      document,
      overlay.filter((_, other) => other !== index),
    );
    return without === undefined || partings(without, exchange).length > 0;
  }
});

function isAboutNothing(op: string, path: string): boolean {
  return op === 'remove' && /^\/paths\/[^/]+$/.test(path);
}

function unescape(path: string): string {
  return path.slice('/paths/'.length).replaceAll('~1', '/');
}
