import { createControlClient, isControlApiError } from '@moorline/control-api';
import { createMemoryServer } from '@moorline/control-api/testing';
import { equal, failureOf } from './check.js';

/** Searches for jobs at a server in memory, and hears of a new one. */
export async function run(): Promise<void> {
  const server = createMemoryServer({ user: 'alice' });
  const control = createControlClient({ baseUrl: 'http://localhost', fetch: server.fetch });

  const { id } = server.backend.startJob({ user: 'alice' });
  equal((await control.getJob(id ?? 0)).job.jobState, 'running');
  const error = await failureOf(control.getJob(999_999));
  equal(isControlApiError(error) && error.status, 404);

  const subscription = control.subscribeLive({
    topics: ['jobs'],
    onState: ({ state }) => {
      if (state === 'open') server.backend.startJob({ user: 'alice' });
    },
  });
  for await (const { event, data } of subscription) {
    if (event !== 'job') continue;
    equal('job' in data && data.job.user, 'alice');
    subscription.close();
  }
  server.close();
}
