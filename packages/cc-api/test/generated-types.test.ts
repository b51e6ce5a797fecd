import {
  type CcClient,
  type CcResult,
  type Cluster,
  type components,
  createCcClient,
  type Job,
  type JobList,
  type JobMetricWithName,
  type JobWithData,
  type JobWithSeries,
  type LogEntry,
  type NodePayload,
  type operations,
  type paths,
  type StartJobRequest,
  type StopJobRequest,
  type Tag,
  type Tagger,
  type TagName,
  type UpdateNodeStatesRequest,
  type User,
} from '@moorline/cc-api';
import type { components as Documented, paths as DocumentedPaths } from '@moorline/cc-api/documented';
import { type CcMock, ccMock } from '@moorline/cc-api/msw';
import { assertType, describe, expectTypeOf, it } from 'vitest';

type Schemas = components['schemas'];

describe('the generated types', () => {
  it('are what the models by hand fit into', () => {
    expectTypeOf<Job>().toExtend<Schemas['schema.Job']>();
    expectTypeOf<JobList>().toExtend<Schemas['api.GetJobsAPIResponse']>();
    expectTypeOf<JobWithData>().toExtend<{ Meta: Schemas['schema.Job'] }>();
    expectTypeOf<JobWithSeries>().toExtend<Schemas['api.GetJobAPIResponse']>();
    expectTypeOf<JobMetricWithName>().toExtend<Schemas['api.JobMetricWithName']>();
    expectTypeOf<Cluster>().toExtend<Schemas['schema.Cluster']>();
    expectTypeOf<StartJobRequest>().toExtend<Schemas['api.StartJobAPIRequest']>();
    expectTypeOf<StopJobRequest>().toExtend<Schemas['api.StopJobAPIRequest']>();
    expectTypeOf<UpdateNodeStatesRequest>().toExtend<Schemas['api.UpdateNodeStatesRequest']>();
    expectTypeOf<NodePayload>().toExtend<Schemas['schema.NodePayload']>();
    expectTypeOf<Tag>().toExtend<Schemas['schema.Tag']>();
    expectTypeOf<TagName>().toExtend<Schemas['api.APITag']>();
    expectTypeOf<User>().toExtend<Schemas['api.APIReturnedUser']>();
    expectTypeOf<Tagger>().toExtend<Schemas['api.Tagger']>();
    expectTypeOf<LogEntry>().toExtend<Schemas['api.LogEntry']>();
  });

  it('fit back into the models where they are as narrow', () => {
    expectTypeOf<Schemas['schema.Job']>().toExtend<Job>();
    expectTypeOf<Schemas['api.StartJobAPIRequest']>().toExtend<StartJobRequest>();
    expectTypeOf<Schemas['api.StopJobAPIRequest']>().toExtend<StopJobRequest>();
    expectTypeOf<Schemas['api.APIReturnedUser']>().toEqualTypeOf<User>();
  });

  it('know what each view knows', () => {
    expectTypeOf<Schemas['api.GetJobAPIResponse']>().toHaveProperty('Meta');
    expectTypeOf<Documented['schemas']['api.GetJobAPIResponse']>().toHaveProperty('meta');
    expectTypeOf<paths>().toHaveProperty('/api/nodestate/');
    expectTypeOf<paths>().not.toHaveProperty('/api/nodestats/');
    expectTypeOf<DocumentedPaths>().toHaveProperty('/api/nodestats/');
    expectTypeOf<operations>().toHaveProperty('stopJob');
  });
});

describe('requests by path', () => {
  const cc = createCcClient({ baseUrl: 'https://cc.example.org', token: 'token' });

  it('give a result whose status tells what the body is, for a switch over every status', () => {
    type Result = CcResult<operations['listJobs']>;
    expectTypeOf(cc.GET<'/api/jobs/'>).returns.resolves.toEqualTypeOf<Result>();
    const read = (result: Result): number => {
      switch (result.status) {
        case 200:
          return result.body.jobs.length;
        case 400:
        case 401:
        case 500:
          return result.body.error.length;
      }
    };
    expectTypeOf(read).returns.toEqualTypeOf<number>();
    const readSome = (result: Result) => {
      switch (result.status) {
        case 200:
        case 400:
          return 0;
        default:
          // @ts-expect-error 401 and 500 are not handled
          return result satisfies never;
      }
    };
    assertType(readSome);
  });

  it('do not compile with a wrong path, parameter, member, word, or with one that is missing', () => {
    const never = (_: () => unknown) => undefined;
    // @ts-expect-error no such path
    never(() => cc.GET('/api/nope/'));
    // @ts-expect-error no such method there
    never(() => cc.POST('/api/clusters/'));
    // @ts-expect-error no such state
    never(() => cc.GET('/api/jobs/', { query: { state: ['stopped'] } }));
    // @ts-expect-error ts is required
    never(() => cc.GET('/api/jobs/used_nodes'));
    // @ts-expect-error the id is missing
    never(() => cc.GET('/api/jobs/{id}'));
    // @ts-expect-error stopTime is missing
    never(() => cc.POST('/api/jobs/stop_job/', { body: { jobId: 1 } }));
    // @ts-expect-error no such member
    never(() => cc.POST('/api/jobs/stop_job/', { body: { jobId: 1, stopTime: 1, exclusive: 1 } }));
    // @ts-expect-error no such word
    never(() => cc.POST('/api/jobs/stop_job/', { body: { jobId: 1, stopTime: 1, jobState: 'stopped' } }));
    // @ts-expect-error no such member
    never(() => cc.stopJob({ jobId: 1, stopTime: 1, exclusive: 1 }));
    // @ts-expect-error no such role
    never(() => cc.createUser({ username: 'carl', role: 'root' }));
    // @ts-expect-error one change at a time needs a value that is a role
    never(() => cc.updateUser('bob', { 'add-role': 'king' }));
  });
});

describe('the mocks', () => {
  it('take the statuses that the operation has in one view or the other', () => {
    const never = (_: () => unknown) => undefined;
    never(() => ccMock.stopJob.respond(422));
    never(() => ccMock.clusters.respond(403)); // documented, never sent
    never(() => ccMock.startJob.respond(404)); // sent, not documented
    // @ts-expect-error in neither view
    never(() => ccMock.stopJob.respond(418));
    // @ts-expect-error no such operation
    never(() => ccMock.startJobs.respond(201));
    expectTypeOf<CcMock<'documented'>>().not.toHaveProperty('jobMetrics');
    expectTypeOf<CcMock>().toHaveProperty('jobMetrics');
    expectTypeOf<keyof Omit<CcMock, 'handlers' | 'simulate'>>().toExtend<keyof CcClient>();
  });
});
