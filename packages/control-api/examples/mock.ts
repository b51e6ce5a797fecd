import { createControlClient, isControlApiError } from '@moorline/control-api';
import { controlMock } from '@moorline/control-api/msw';
import { setupServer } from 'msw/node';

const server = setupServer(...controlMock.handlers);
server.listen({ onUnhandledRequest: 'error' });
const control = createControlClient({ baseUrl: 'https://cp.example' });

console.log((await control.searchJobs()).jobs.length);
server.use(controlMock.searchJobs.respond(400, { code: 'unknown_cursor', once: true }));
await control.searchJobs({ cursor: 'old' }).catch((error: unknown) => {
  console.log(isControlApiError(error) && error.code);
});

// A whole server: what was made can be read again.
const { handlers, server: simulated } = controlMock.simulate({ user: 'alice' });
server.use(...handlers);
const job = simulated.backend.startJob({ user: 'alice' });
console.log((await control.getJob(job.id ?? 0)).job.jobState);
server.close();
