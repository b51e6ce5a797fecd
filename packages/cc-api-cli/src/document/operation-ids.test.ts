import { expect, it } from 'vitest';
import { assumeJson, nameOperations } from './operation-ids.js';
import { type JsonObject, locateOperations } from './swagger.js';

const ids = (...places: string[]) => {
  const paths: Record<string, JsonObject> = {};
  for (const place of places) {
    const [method = '', path = '', operationId] = place.split(' ');
    paths[path] = { ...paths[path], [method]: operationId === undefined ? {} : { operationId } };
  }
  const document = { paths };
  nameOperations(document);
  return locateOperations(document).map(({ operation }) => operation['operationId']);
};

it.each([
  ['get /api/jobs/', 'getApiJobs'],
  ['post /api/jobs/{id}', 'postApiJobsById'],
  ['put /machine_state/{cluster}/{host}', 'putMachineStateByClusterByHost'],
  ['get /a.b-c/x{n}y', 'getABCXByNY'],
  ['get /', 'get'],
  ['delete /x mine', 'mine'],
])('names %s %s', (place, id) => {
  expect(ids(place)).toEqual([id]);
});

it('numbers names that are taken', () => {
  expect(ids('get /a', 'get /a/', 'get /b getA3', 'get /a//')).toEqual(['getA', 'getA2', 'getA3', 'getA4']);
});

it('takes silence on media types for JSON, unless the document as a whole is not silent', () => {
  const silent = { paths: { '/a': { get: { responses: {} }, put: { produces: ['text/plain'], responses: {} } } } };
  assumeJson(silent);
  expect(silent.paths['/a']).toMatchObject({
    get: { produces: ['application/json'] },
    put: { produces: ['text/plain'] },
  });
  const told = { produces: ['text/csv'], paths: { '/a': { get: { responses: {} } } } };
  assumeJson(told);
  expect(told.paths['/a'].get).not.toHaveProperty('produces');
});
