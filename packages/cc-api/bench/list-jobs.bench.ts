/** `listJobs` with 1,000 jobs against bare `fetch` and `JSON.parse` of the same answer, by the CPU time of this process. */
import { measure, report } from '../../../tools/bench/harness.js';
import { createCcClient } from '../src/index.js';
import { startServer } from './start-process.js';

const server = await startServer('list');
const baseUrl = `http://127.0.0.1:${server.port}`;
const cc = createCcClient({ baseUrl, token: server.token });
try {
  const { bound, ours } = await measure(
    {
      bound: async () => {
        const response = await fetch(`${baseUrl}/api/jobs/`, { headers: { authorization: `Bearer ${server.token}` } });
        return JSON.parse(await response.text());
      },
      ours: () => cc.listJobs(),
    },
    { rounds: 41, roundMs: 200, warmUpMs: 2000 },
  );
  report({
    name: 'listJobs, 1,000 jobs',
    unit: 'calls/CPU s',
    ours: 1000 / ours.cpuMsPerCall,
    peer: { name: 'fetch and JSON.parse', value: 1000 / bound.cpuMsPerCall },
    goal: '≥ 0.9 ×',
  });
} finally {
  server.child.disconnect();
}
