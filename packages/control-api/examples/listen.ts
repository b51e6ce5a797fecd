import { createControlClient } from '@moorline/control-api';
import { createMemoryServer } from '@moorline/control-api/testing';

const server = createMemoryServer({ user: 'alice' });
const control = createControlClient({ baseUrl: 'http://localhost', fetch: server.fetch });

const subscription = control.subscribeLive({
  topics: ['jobs'],
  onState: ({ state }) => {
    console.log(state);
    if (state !== 'open') return;
    server.backend.startJob({ user: 'bob', project: 'plasma' }); // not hers
    server.backend.startJob({ user: 'alice' });
  },
});
for await (const { event, data } of subscription) {
  if (event === 'reset') console.log('read everything again');
  if (event === 'job') console.log(data.change, 'job' in data ? data.job.user : data.id);
  subscription.close();
}
server.close();
