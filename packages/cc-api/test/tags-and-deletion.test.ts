import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, errorBody, j } from './support/ask.js';
import { serve, type Served } from './support/serve.js';

let served: Served;
beforeEach(async () => {
  served = await serve();
});
afterEach(() => served.close());

const start = (jobId: number, more = {}) =>
  ask(served, '/api/jobs/start_job/', { method: 'POST', body: j(jobId, more) });
const tag = (type: string, name: string, scope = 'global') => ({ type, name, scope });
const tagJob = (id: number | string, tags: unknown, as = 'A', method = 'POST') =>
  ask(served, `/api/jobs/tag_job/${id}`, { method, as, body: tags });
const deleteTags = (tags: unknown) => ask(served, '/api/tags/', { method: 'DELETE', body: tags });
const tagsOf = async (id: number, as = 'A') =>
  (JSON.parse((await ask(served, `/api/jobs/${id}`, { as })).text).Meta.tags ?? []).map(
    ({ type, name, scope }: { type: string; name: string; scope: string }) => `${type}:${name}:${scope}`,
  );

describe('metadata (docs/protocol.md §3.12)', () => {
  const edit = (path: string, body: unknown) => ask(served, `/api/jobs/edit_meta/${path}`, { method: 'PATCH', body });
  const noSuchJob = 'finding job failed: sql: no rows in result set';

  it('#104 is set by row id, one entry at a time, and the answer shows all of it', async () => {
    await start(1, { metaData: { a: 'b' } });
    const { status, text } = await edit('1', { key: 'k', value: 'v' });
    expect([status, JSON.parse(text).metaData]).toEqual([200, { a: 'b', k: 'v' }]);
    expect(JSON.parse((await edit('1', { key: 'k', value: 'w' })).text).metaData).toEqual({ a: 'b', k: 'w' });
  });

  it('#105 is a 404 by an unknown row id', async () => {
    const { status, text } = await edit('999999', { key: 'k', value: 'v' });
    expect([status, text]).toEqual([404, errorBody('Not Found', noSuchJob)]);
  });

  it('#106 is a 422 by an unknown jobId', async () => {
    const { status, text } = await edit('', { jobId: 777, payload: { key: 'k', value: 'v' } });
    expect([status, text]).toEqual([422, errorBody('Unprocessable Entity', noSuchJob)]);
  });

  it('#107 needs a jobId', async () => {
    const { status, text } = await edit('', { payload: { key: 'k', value: 'v' } });
    expect([status, text]).toEqual([400, errorBody('Bad Request', "the field 'jobId' is required")]);
  });

  it('goes to the newest job with a number', async () => {
    await start(1);
    await start(1, { startTime: 1_700_000_000 + 86_400 });
    const { text } = await edit('', { jobId: 1, cluster: 'demo', payload: { key: 'k', value: 'v' } });
    expect(JSON.parse(text)).toMatchObject({ id: 2, metaData: { k: 'v' } });
    const older = await edit('', { jobId: 1, startTime: 1_700_000_000, payload: {} });
    expect(JSON.parse(older.text)).toMatchObject({ id: 1, metaData: { '': '' } });
  });
});

describe('tags (docs/protocol.md §3.5)', () => {
  beforeEach(() => start(1));

  it.each(['POST', 'PATCH'])('#108 are put on a job by %s', async (method) => {
    const { status, text } = await tagJob(1, [tag('t', 'n')], 'A', method);
    expect([status, JSON.parse(text).tags]).toEqual([200, [{ ...tag('t', 'n'), id: 1 }]]);
    expect(JSON.parse(text).metaData).toBeNull();
  });

  it('#109 are put on a job once', async () => {
    await tagJob(1, [tag('t', 'n')]);
    expect((await tagJob(1, [tag('t', 'n'), tag('t', 'n')])).status).toBe(200);
    expect(await tagsOf(1)).toEqual(['t:n:global']);
  });

  it('#110 may have the same type and name in two scopes', async () => {
    await tagJob(1, [tag('t', 'n')]);
    expect((await tagJob(1, [tag('t', 'n', 'admin')])).status).toBe(200);
    expect(await tagsOf(1, 'B')).toEqual(['t:n:global', 't:n:admin']);
  });

  it('#111 need a job', async () => {
    for (const method of ['POST', 'DELETE']) {
      const { status, text } = await tagJob(999999, [tag('t', 'n')], 'A', method);
      expect([status, text]).toEqual([404, errorBody('Not Found', 'finding job failed: sql: no rows in result set')]);
    }
  });

  it('are shown to who puts them there, readable or not, and to others by their scope', async () => {
    const { text } = await tagJob(1, [tag('a', 'x', 'admin'), tag('p', 'y', 'slurm'), { type: 'g', name: 'z' }]);
    const shown = JSON.parse(text).tags.map(({ scope }: { scope: string }) => scope);
    expect(shown).toEqual(['admin', 'slurm', '']);
    expect(await tagsOf(1)).toEqual(['p:y:slurm', 'g:z:global']);
    expect(await tagsOf(1, 'B')).toEqual(['a:x:admin', 'g:z:global']);
  });

  it('are taken up to the first that the scope of is not to be written', async () => {
    const { status, text } = await tagJob(1, [tag('m', '1'), tag('m', '2', 'nobody'), tag('m', '3')]);
    const error = 'adding tag failed: cannot write tag scope with current authorization';
    expect([status, text]).toEqual([500, errorBody('Internal Server Error', error)]);
    expect(await tagsOf(1)).toEqual(['m:1:global']);
  });

  it('are refused where one of them is null', async () => {
    expect((await tagJob(1, [tag('m', '1'), null])).status).toBe(400);
    expect(await tagsOf(1)).toEqual([]);
  });

  it('#112 stay where a removal names no scope, or a private one', async () => {
    await tagJob(1, [tag('t', 'n'), tag('p', 's', 'slurm')]);
    const { status } = await tagJob(1, [tag('t', 'n', ''), tag('p', 's', 'slurm')], 'A', 'DELETE');
    expect([status, await tagsOf(1)]).toEqual([200, ['t:n:global', 'p:s:slurm']]);
  });

  it('#113 that are nowhere cannot be taken off, and nothing else is then', async () => {
    await tagJob(1, [tag('t', 'n')]);
    const { status, text } = await tagJob(1, [tag('t', 'n'), tag('zz', 'yy')], 'A', 'DELETE');
    const error = 'removing tag failed: tag does not exist (name, type, scope): yy, zz, global';
    expect([status, text]).toEqual([500, errorBody('Internal Server Error', error)]);
    expect(await tagsOf(1)).toEqual(['t:n:global']);
    expect((await tagJob(1, [tag('t', 'n')], 'A', 'DELETE')).status).toBe(200);
    expect(await tagsOf(1)).toEqual([]);
  });

  it('#114 are deleted from all jobs, private ones excepted', async () => {
    await start(2);
    for (const id of [1, 2]) await tagJob(id, [tag('t', 'n'), tag('p', 's', 'slurm')]);
    const { status, text, headers } = await deleteTags([tag('t', 'n'), tag('p', 's', 'slurm')]);
    expect([status, text]).toEqual([200, 'Deleted Tags from DB: 1 successfull of 2 requested\n']);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect([await tagsOf(1), await tagsOf(2)]).toEqual([['p:s:slurm'], ['p:s:slurm']]);
  });

  it('are all kept where one of those to delete is nowhere', async () => {
    await tagJob(1, [tag('t', 'n')]);
    expect((await deleteTags([tag('t', 'n'), tag('zz', 'zz')])).status).toBe(500);
    expect(await tagsOf(1)).toEqual(['t:n:global']);
  });
});

describe('deletion (docs/protocol.md §3.12)', () => {
  const remove = (path: string, body?: unknown) => ask(served, `/api/jobs/${path}`, { method: 'DELETE', body });
  const left = async () =>
    JSON.parse((await ask(served, '/api/jobs/')).text)
      .jobs.map(({ jobId }: { jobId: number }) => jobId)
      .sort();

  it('#115 by row id is a success whether there is such a job or not', async () => {
    await start(1);
    for (const id of ['1', '1', '999999', '-1', '+7']) {
      const { status, text } = await remove(`delete_job/${id}`);
      expect([status, text]).toEqual([200, `{"msg":"Successfully deleted job ${id}"}\n`]);
    }
    expect(await left()).toEqual([]);
    expect((await remove('delete_job/abc')).status).toBe(400);
  });

  it('#116 by jobId takes the newest, and needs one', async () => {
    await start(1);
    await start(1, { startTime: 1_700_000_000 + 86_400 });
    const { status, text } = await remove('delete_job/', { jobId: 1 });
    expect([status, text]).toEqual([200, '{"msg":"Successfully deleted job 2"}\n']);
    expect((await remove('delete_job/', { jobId: 1, cluster: 'demo2' })).status).toBe(422);
    expect((await remove('delete_job/', { cluster: 'demo' })).status).toBe(400);
    expect(await left()).toEqual([1]);
    // The number of a row is not given twice.
    await start(3);
    expect(JSON.parse((await ask(served, '/api/jobs/3')).text).Meta.jobId).toBe(3);
  });

  it('#117 by time takes what is strictly older', async () => {
    for (const jobId of [10, 11, 12]) await start(jobId, { startTime: jobId });
    const { status, text } = await remove('delete_job_before/11');
    expect([status, text]).toEqual([200, '{"msg":"Successfully deleted 1 jobs"}\n']);
    expect(await left()).toEqual([11, 12]);
  });

  it('#118 knows three words for what is kept', async () => {
    const { status, text } = await remove('delete_job_before/10?omit-tagged=true');
    expect([status, text]).toEqual([400, errorBody('Bad Request', 'omit-tagged must be one of: none, all, user')]);
  });

  it('#119 keeps tagged jobs, or those that a person tagged', async () => {
    await start(10, { startTime: 10 });
    await start(11, { startTime: 11, tags: [tag('app', 'x')] });
    await start(12, { startTime: 12, tags: [tag('t', 'n')] });
    await start(13, { startTime: 13, tags: [tag('jobClass', 'y')] });
    await remove('delete_job_before/100?omit-tagged=all');
    expect(await left()).toEqual([11, 12, 13]);
    await remove('delete_job_before/100?omit-tagged=user');
    expect(await left()).toEqual([12]);
    await remove('delete_job_before/100?omit-tagged=');
    expect(await left()).toEqual([]);
  });
});
