import { createControlClient, isControlApiError } from '@moorline/control-api';
import { controlMock } from '@moorline/control-api/msw';
import { getResponse, type RequestHandler } from 'msw';
import { equal, failureOf } from './check.js';

const clientOf = (handlers: readonly RequestHandler[]) =>
  createControlClient({
    baseUrl: 'https://cp.example',
    fetch: async (input, init) => {
      const response = await getResponse([...handlers], new Request(input, init));
      if (response === undefined) throw new Error('no mock answers');
      return response;
    },
  });

/** Meets a refusal of the mocks, then finds a job at the simulated server. */
export async function run(): Promise<void> {
  const refusing = clientOf([controlMock.searchJobs.respond(400, { code: 'unknown_cursor' })]);
  const error = await failureOf(refusing.searchJobs({ cursor: 'old' }));
  equal(isControlApiError(error) && error.code, 'unknown_cursor');

  const { handlers, server } = controlMock.simulate({ user: 'alice' });
  const { id } = server.backend.startJob({ user: 'alice' });
  equal((await clientOf(handlers).getJob(id ?? 0)).job.jobState, 'running');
  server.close();
}
