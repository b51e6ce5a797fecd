import { createCcClient, isCcApiError } from '@moorline/cc-api';
import type { MockedOperationId } from '@moorline/cc-api/msw';
import { describe, expect, it } from 'vitest';
import { calls } from './support/calls.js';
import { correct, readCorrections, readDocument } from './support/documents.js';
import { captured, type Exchange, fill, shared } from '../../../tools/testenv/cc-captures.js';

/** What the client makes of a success: the document, its message, the text, or nothing. */
const gives: Partial<Record<MockedOperationId<'actual'>, 'json' | 'msg' | 'text' | 'nothing'>> = {
  ...{ tagJob: 'json', untagJob: 'json', editMeta: 'json', editMetaByKey: 'json', listUsers: 'json' },
  ...{ listUsersBySession: 'json', listRoles: 'json', listTaggers: 'json', listUserJobs: 'json' },
  ...{ getUserJob: 'json', getUserJobSeries: 'json', listLogs: 'json' },
  ...{
    deleteJob: 'msg',
    deleteJobByKey: 'msg',
    deleteJobsBefore: 'msg',
    updateUser: 'msg',
    updateUserBySession: 'msg',
  },
  ...{ deleteTags: 'text', getMachineState: 'text', freeMetrics: 'text', debugMetrics: 'text', createUser: 'text' },
  ...{ setNotice: 'text', runTagger: 'text', setConfiguration: 'text', createJwt: 'text' },
  ...{ putMachineState: 'nothing', deleteUser: 'nothing', healthcheck: 'nothing' },
};

describe.skipIf(shared === undefined)('the captured answers around the jobs, read by the client', () => {
  it('come back whole, and every failure with status and text', async () => {
    const seen = new Map<string, number>();
    for (const exchange of captured().filter(({ step }) => step === undefined)) {
      const operation = idOf(exchange);
      const kind = operation === undefined ? undefined : gives[operation];
      const body = fill(exchange.responseBody ?? '', new Map(), '7');
      if (operation === undefined || kind === undefined || /\{\{JSON/.test(exchange.responseBody ?? '')) continue;
      seen.set(operation, (seen.get(operation) ?? 0) + 1);
      const result = await calls[operation](clientThatGets(exchange, body)).catch((error: unknown) => error);
      if (exchange.status >= 400) {
        const [line = ''] = body.split('\n');
        const text = line.startsWith('{') ? JSON.parse(line).error : line;
        expect([exchange.id, isCcApiError(result) && [result.status, result.serverText]]).toEqual([
          exchange.id,
          [exchange.status, text],
        ]);
        continue;
      }
      const json = () => JSON.parse(body);
      const expected = { json, msg: () => json().msg, text: () => body, nothing: () => undefined }[kind]();
      expect([exchange.id, result]).toEqual([exchange.id, expected]);
    }
    // The one answer of the journal is not kept, but its refusals are.
    expect(Object.keys(gives).filter((operation) => !seen.has(operation))).toEqual([]);
    expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(150);
  });
});

const actual = correct(readDocument(), readCorrections('overlay'));

function idOf({ operation }: Exchange): MockedOperationId<'actual'> | undefined {
  const [method = '', path = ''] = operation.split(' ');
  const described = actual?.paths[path]?.[method.toLowerCase()];
  const id = described?.['x-alias-of'] ?? described?.operationId;
  return Object.keys(calls).find((name): name is MockedOperationId<'actual'> => name === id);
}

function clientThatGets({ status, responseHeaders }: Exchange, body: string) {
  const headers = Object.entries(responseHeaders).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );
  return createCcClient({
    baseUrl: 'https://cc.example.org',
    token: 'token',
    session: 'cookie',
    retry: false,
    fetch: async () => new Response(body === '' ? null : body, { status, headers }),
  });
}
