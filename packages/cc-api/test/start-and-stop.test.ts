import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, errorBody, j } from './support/ask.js';
import { serve, type Served } from './support/serve.js';

let served: Served;
beforeEach(async () => {
  served = await serve();
});
afterEach(() => served.close());

const start = (body: unknown, method = 'POST', as = 'A') => ask(served, '/api/jobs/start_job/', { method, body, as });
const stop = (body: unknown, method = 'POST', as = 'A') => ask(served, '/api/jobs/stop_job/', { method, body, as });
const list = async (query = '') => JSON.parse((await ask(served, `/api/jobs/${query}`)).text).jobs;
const success = [201, '{"msg":"success"}\n'];
const badRequest = (error: string) => [400, errorBody('Bad Request', error)];
const pair = ({ status, text }: { status: number; text: string }) => [status, text];

describe('start_job (docs/protocol.md §3.4)', () => {
  it('#29 #30 #62 stores a job by POST and by PUT, visible at once', async () => {
    expect(pair(await start(j(1)))).toEqual(success);
    expect(pair(await start(j(2), 'PUT'))).toEqual(success);
    expect(await list()).toHaveLength(2);
  });

  const duplicate = 'a job with that jobId, cluster and startTime already exists: dbid: 1, jobid: 1';
  it.each([
    ['#31 #32 the same', 0, 422],
    ['#33 one second less than a day later', 86_399, 422],
    ['#34 a day later', 86_400, 201],
    ['#35 earlier', -1_000_000, 422],
  ])('judges a second start of one job id, %s', async (_, seconds, status) => {
    await start(j(1));
    const answer = await start(j(1, { startTime: 1_700_000_000 + seconds }));
    expect(pair(answer)).toEqual(status === 201 ? success : [422, errorBody('Unprocessable Entity', duplicate)]);
  });

  it('#36 takes the same id in a second cluster', async () => {
    await start(j(1));
    expect(pair(await start(j(1, { cluster: 'demo2', resources: [{ hostname: 'any_host' }] })))).toEqual(success);
  });

  it('#37 knows a duplicate of a job that has stopped', async () => {
    await start(j(1));
    await stop({ jobId: 1, stopTime: 1_700_000_100 });
    expect((await start(j(1))).status).toBe(422);
  });

  const wrong = 'parsing request body failed: ';
  it.each([
    ['#38 an empty body', '', `${wrong}EOF`],
    ['#38 white space', ' \n\t', `${wrong}EOF`],
    ['half a body', '{', `${wrong}unexpected EOF`],
    ['a list', '[]', `${wrong}json: cannot unmarshal array into Go value of type schema.Job`],
    ['a text', '"x"', `${wrong}json: cannot unmarshal string into Go value of type schema.Job`],
    ['null, which is an empty object', 'null', 'no such cluster: '],
    ['#39 an unknown key', j(3, { exclusive: 1 }), `${wrong}json: unknown field "exclusive"`],
    [
      '#40 an unknown key of a resource',
      j(3, { resources: [{ hostname: 'n01', foo: 1 }] }),
      `${wrong}json: unknown field "foo"`,
    ],
    [
      '#41 a text for a number',
      j(3, { jobId: '12' }),
      `${wrong}json: cannot unmarshal string into Go struct field Job.jobId of type int64`,
    ],
    [
      '#41 a fraction',
      j(3, { jobId: 1.5 }),
      `${wrong}json: cannot unmarshal number 1.5 into Go struct field Job.jobId of type int64`,
    ],
    [
      '#42 too large a number',
      j(3, { numNodes: 3e9 }),
      `${wrong}json: cannot unmarshal number 3000000000 into Go struct field Job.numNodes of type int32`,
    ],
    [
      '#43 a number as metadata',
      j(3, { metaData: { a: 1 } }),
      `${wrong}json: cannot unmarshal number into Go struct field Job.metaData of type string`,
    ],
    ['#46 an unknown cluster', j(6, { cluster: 'nope' }), 'no such cluster: nope'],
    [
      '#47 an unknown subcluster',
      j(6, { subCluster: 'nope' }),
      'ARCHIVE/CLUSTERCONFIG > already assigned subcluster nope unkown (cluster: demo)',
    ],
    [
      '#48 an unknown host',
      j(6, { resources: [{ hostname: 'n99' }] }),
      'ARCHIVE/CLUSTERCONFIG > no subcluster found for cluster demo and host n99',
    ],
    ['#50 no resources', j(7, { resources: [], subCluster: 'main' }), "'resources' and 'user' should not be empty"],
    [
      'no resources to tell the subcluster by',
      j(7, { resources: [] }),
      'ARCHIVE/CLUSTERCONFIG > job without any resources/hosts',
    ],
    ['#51 no user', j(7, { user: '' }), "'resources' and 'user' should not be empty"],
    ['#52 no nodes', j(7, { numNodes: 0 }), "'numNodes', 'numAcc' or 'numHWThreads' invalid"],
    ['#53 more nodes than resources', j(7, { numNodes: 2 }), 'len(resources) does not equal numNodes (1 vs 2)'],
    ['#54 a negative number of accelerators', j(7, { numAcc: -1 }), "'numNodes', 'numAcc' or 'numHWThreads' invalid"],
    ['#55 an unknown shared', j(7, { shared: 'foo' }), `invalid value of 'shared': "foo"`],
    ['#55 an empty shared', j(7, { shared: '' }), `invalid value of 'shared': ""`],
    ['an unknown monitoringStatus', j(7, { monitoringStatus: 4 }), "'monitoringStatus' should be 0, 1, 2 or 3"],
    ['a null resource', j(7, { resources: [null] }), "'resources' should not hold null"],
    ['a null tag', j(7, { tags: [null] }), "'tags' should not hold null"],
  ])('refuses %s, and stores nothing', async (_, body, error) => {
    expect(pair(await start(body))).toEqual(badRequest(error));
    expect(await list()).toEqual([]);
  });

  it.each([
    ['#44 garbage after the object', `${JSON.stringify(j(4))} xyz`],
    ['#45 names in another case', JSON.stringify(j(5)).replace('jobId', 'JOBID')],
    ['#49 a host that the given subcluster has not', j(6, { resources: [{ hostname: 'n99' }], subCluster: 'main' })],
    ['#56 any smt', j(7, { smt: 2 })],
    ['null for what has a default', j(74, { shared: null, monitoringStatus: null, numAcc: null })],
    ['the last of a repeated member', JSON.stringify(j(21)).replace('"jobId":21', '"jobId":20,"jobId":21')],
    ['a start at 0', j(25, { startTime: 0 })],
    ['a start before 1970', j(26, { startTime: -5 })],
  ])('takes %s', async (_, body) => {
    expect(pair(await start(body))).toEqual(success);
    expect(await list()).toHaveLength(1);
  });

  it('#57 lists a job as running whatever state it was started with', async () => {
    await start(j(8, { jobState: 'completed' }));
    expect(await list()).toMatchObject([{ jobId: 8, jobState: 'running' }]);
  });

  it('#58 takes the Slurm adapter’s body, zero values and nulls included', async () => {
    const body = {
      ...j(58),
      ...{
        subCluster: '',
        partition: 'work',
        shared: 'multi_user',
        jobState: '',
        energyFootprint: null,
        footprint: null,
      },
      ...{ metaData: { jobName: 'a<b>' }, concurrentJobs: { items: null, count: 0 }, energy: 0, arrayJobId: 0 },
      ...{ walltime: 3600, duration: 0, numHwthreads: 2, numAcc: 0, statistics: null },
      resources: [{ hostname: 'n02', hwthreads: [0, 1] }],
    };
    expect(pair(await start(body))).toEqual(success);
    const { text } = await ask(served, '/api/jobs/?with-metadata=false');
    served.clock.setWallTime(1_700_000_000_000);
    expect(text).toBe(
      '{"jobs":[{"cluster":"demo","subCluster":"main","partition":"work","project":"p1","user":"alice","shared":"multi_user","jobState":"running","resources":[{"hostname":"n02","hwthreads":[0,1]}],"energyFootprint":null,"footprint":null,"metaData":{"jobName":"a\\u003cb\\u003e"},"concurrentJobs":{"items":null,"count":0},"energy":0,"walltime":3600,"jobId":58,"duration":0,"monitoringStatus":1,"numHwthreads":2,"numNodes":1,"statistics":null,"id":1,"startTime":1700000000}],"items":25,"page":1}\n',
    );
  });

  it('#59 defaults monitoringStatus to 1 and leaves a 0 out', async () => {
    await start(j(1));
    await start(j(2, { monitoringStatus: 0 }));
    const jobs: { jobId: number; monitoringStatus?: number }[] = await list();
    expect(jobs.map(({ jobId, monitoringStatus }) => [jobId, monitoringStatus])).toEqual([
      [1, 1],
      [2, undefined],
    ]);
  });

  it('#60 attaches a tag, global where it has no scope', async () => {
    expect(pair(await start(j(22, { tags: [{ type: 't', name: 'n' }] })))).toEqual(success);
    expect(await list()).toMatchObject([{ tags: [{ type: 't', name: 'n', scope: 'global', id: 1 }] }]);
  });

  it('#61 keeps the job and refuses the tag that the token may not write', async () => {
    const tags = [
      { type: 'ok', name: '1' },
      { type: 't2', name: 'n2', scope: 'bob' },
      { type: 'ok', name: '2' },
    ];
    const error = 'adding tag to new job 1 failed: cannot write tag scope with current authorization';
    expect(pair(await start(j(23, { tags })))).toEqual([500, errorBody('Internal Server Error', error)]);
    expect(await list()).toMatchObject([{ jobId: 23, tags: [{ name: '1' }] }]);
  });

  it('#63 takes exactly one of 64 identical starts at once', async () => {
    const answers = await Promise.all(Array.from({ length: 64 }, () => start(j(63))));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 63 }, () => 422)]);
    expect(await list()).toHaveLength(1);
  });

  it('refuses an id that JavaScript cannot hold rather than storing another', async () => {
    const answer = await start(JSON.stringify(j(1)).replace('"jobId":1', '"jobId":9007199254740993'));
    expect(answer.status).toBe(400);
    expect(await list()).toEqual([]);
  });
});

describe('stop_job (docs/protocol.md §3.4)', () => {
  const running = async () => void (await start(j(1)));
  const stopped = (error: string) => [422, errorBody('Unprocessable Entity', `jobId 1 (id 1) on demo : ${error}`)];

  it('#64 answers with the stopped job', async () => {
    await running();
    const answer = await stop({
      jobId: 1,
      cluster: 'demo',
      startTime: 1_700_000_000,
      jobState: 'completed',
      stopTime: 1_700_000_100,
    });
    expect(pair(answer)).toEqual([
      200,
      '{"cluster":"demo","subCluster":"main","project":"p1","user":"alice","shared":"none","jobState":"completed","resources":[{"hostname":"n01"}],"energyFootprint":null,"footprint":null,"metaData":null,"concurrentJobs":{"items":null,"count":0},"energy":0,"jobId":1,"duration":100,"monitoringStatus":1,"numNodes":1,"statistics":null,"id":1,"startTime":1700000000}\n',
    ]);
  });

  it('#65 stops the newest match where no startTime is given', async () => {
    await running();
    await start(j(1, { startTime: 1_700_086_400 }));
    const { text } = await stop({ jobId: 1, cluster: 'demo', jobState: 'completed', stopTime: 1_700_086_500 });
    expect(JSON.parse(text)).toMatchObject({ startTime: 1_700_086_400, duration: 100 });
  });

  it('#66 #77 stops a job once, of two at once too', async () => {
    await running();
    const body = { jobId: 1, stopTime: 1_700_000_100 };
    const answers = await Promise.all([stop(body), stop(body)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(pair(await stop(body))).toEqual(stopped('job has already been stopped (state is: completed)'));
  });

  it('#67 does not find what is not there', async () => {
    const error = 'finding job failed: sql: no rows in result set';
    expect(pair(await stop({ jobId: 777, stopTime: 1 }))).toEqual([404, errorBody('Not Found', error)]);
  });

  it.each([[{ stopTime: 5 }], [{ jobId: null, stopTime: 5 }]])('#68 requires a jobId: %o', async (body) => {
    expect(pair(await stop(body))).toEqual(badRequest("the field 'jobId' is required"));
  });

  it('#69 #73 completes a job at its own start', async () => {
    await running();
    const { text } = await stop({ jobId: 1, stopTime: 1_700_000_000 });
    expect(JSON.parse(text)).toMatchObject({ duration: 0, jobState: 'completed' });
  });

  it.each([
    ['#70', { stopTime: 1_699_999_999 }, 'stopTime 1699999999 must be larger/equal than startTime 1700000000'],
    ['#71', {}, 'stopTime 0 must be larger/equal than startTime 1700000000'],
    ['#72', { stopTime: 1_700_000_000, jobState: 'stopped' }, 'invalid requested job state: "stopped"'],
    [
      'the time before the state',
      { stopTime: 1, jobState: 'Failed' },
      'stopTime 1 must be larger/equal than startTime 1700000000',
    ],
  ])('refuses %s and leaves the job running', async (_, body, error) => {
    await running();
    expect(pair(await stop({ jobId: 1, ...body }))).toEqual(badRequest(`jobId 1 (id 1) on demo : ${error}`));
    expect(await list('?state=running')).toHaveLength(1);
  });

  it('looks at the job’s state before the asked one', async () => {
    await running();
    await stop({ jobId: 1, stopTime: 1_700_000_001, jobState: 'failed' });
    const answer = await stop({ jobId: 1, stopTime: 1_700_000_002, jobState: 'nonsense' });
    expect(pair(answer)).toEqual(stopped('job has already been stopped (state is: failed)'));
  });

  it('#74 knows out_of_memory', async () => {
    await running();
    const { status, text } = await stop({ jobId: 1, stopTime: 1_700_000_001, jobState: 'out_of_memory' });
    expect([status, JSON.parse(text).jobState]).toEqual([200, 'out_of_memory']);
  });

  it('#75 refuses an unknown key', async () => {
    const error = 'parsing request body failed: json: unknown field "foo"';
    expect(pair(await stop({ jobId: 5, stopTime: 1, foo: 1 }))).toEqual(badRequest(error));
  });

  it('#76 looks at the newest match only', async () => {
    await running();
    await start(j(1, { startTime: 1_700_090_000 }));
    await stop({ jobId: 1, startTime: 1_700_090_000, stopTime: 1_700_090_010 });
    expect((await stop({ jobId: 1, stopTime: 1_700_090_020 })).status).toBe(422);
    expect(await list('?state=running')).toMatchObject([{ startTime: 1_700_000_000 }]);
  });

  it('#78 stops a job that is not monitored', async () => {
    await start(j(12, { monitoringStatus: 0 }));
    const { text } = await stop({ jobId: 12, stopTime: 1_700_000_030, jobState: 'timeout' }, 'PUT');
    expect(JSON.parse(text)).not.toHaveProperty('monitoringStatus');
  });
});

describe('a storage that fails', () => {
  it('gives a 500 with a neutral text, and the reason to the log alone', async () => {
    const broken = await serve({
      wrap: (backend) => ({ ...backend, startJob: () => Promise.reject(new Error('disk full at /secret')) }),
    });
    const answer = await ask(broken, '/api/jobs/start_job/', { method: 'POST', body: j(1) });
    const error = 'internal error: the server has logged what happened';
    expect(pair(answer)).toEqual([500, errorBody('Internal Server Error', error)]);
    expect(broken.logger.records).toMatchObject([{ level: 'error', fields: { operation: 'startJob' } }]);
    await broken.close();
  });
});
