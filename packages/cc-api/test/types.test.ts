import {
  type CcApiErrorCode,
  type CcClient,
  createCcClient,
  isCcApiError,
  type Job,
  type JobState,
  type JobWithData,
  type OperationId,
  type StartJobRequest,
} from '@moorline/cc-api';
import type { CcBackend, CcHandler, StopOutcome } from '@moorline/cc-api/server';
import { createInMemoryBackend } from '@moorline/cc-api/testing';
import { describe, expectTypeOf, it } from 'vitest';

describe('the types', () => {
  it('name what a start must and may hold', () => {
    expectTypeOf<{ jobId: number }>().not.toExtend<StartJobRequest>();
    expectTypeOf<StartJobRequest['shared']>().toEqualTypeOf<'none' | 'single_user' | 'multi_user' | undefined>();
    expectTypeOf<StartJobRequest>().not.toHaveProperty('jobState');
    expectTypeOf<StartJobRequest>().not.toHaveProperty('exclusive');
  });

  it('know twelve states, and not the ones of old', () => {
    expectTypeOf<'out_of_memory'>().toExtend<JobState>();
    expectTypeOf<'stopped'>().not.toExtend<JobState>();
    expectTypeOf<'canceled'>().not.toExtend<JobState>();
  });

  it('say what can be absent or null', () => {
    expectTypeOf<Job['monitoringStatus']>().toEqualTypeOf<0 | 1 | 2 | 3 | undefined>();
    expectTypeOf<Job['metaData']>().toEqualTypeOf<Record<string, string> | null>();
    expectTypeOf<JobWithData>().toHaveProperty('Meta');
    expectTypeOf<JobWithData>().not.toHaveProperty('meta');
  });

  it('give the client’s answers', () => {
    expectTypeOf<CcClient['stopJob']>().returns.resolves.toEqualTypeOf<Job>();
    expectTypeOf<CcClient['iterateJobs']>().returns.toExtend<AsyncIterable<Job>>();
    expectTypeOf(createCcClient).parameter(0).toHaveProperty('baseUrl');
    expectTypeOf<Parameters<typeof createCcClient>[0]>().not.toExtend<{ token: number }>();
  });

  it('narrow errors to this package’s codes', () => {
    const error: unknown = undefined;
    if (isCcApiError(error)) expectTypeOf(error.code).toEqualTypeOf<CcApiErrorCode>();
  });

  it('tell the outcomes of a stop apart', () => {
    expectTypeOf<Extract<StopOutcome, { outcome: 'not_running' }>>().toHaveProperty('state');
    expectTypeOf<Extract<StopOutcome, { outcome: 'not_found' }>>().not.toHaveProperty('job');
    expectTypeOf(createInMemoryBackend).returns.toExtend<CcBackend>();
    expectTypeOf<CcHandler>().returns.resolves.toEqualTypeOf<Response>();
    expectTypeOf<'startJob'>().toExtend<OperationId>();
  });
});
