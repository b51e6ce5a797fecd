import { createControlClient, isControlApiError } from '@moorline/control-api';

const control = createControlClient({
  baseUrl: process.env['CONTROL_URL'] ?? 'http://127.0.0.1:8080',
  token: process.env['CONTROL_TOKEN'] ?? '',
});

const search = { state: ['running' as const], cluster: 'fritz', sort: 'numNodes' as const, limit: 2, count: true };
const { jobs, next, total } = await control.searchJobs(search);
console.log(`${jobs.length} of ${total?.count}`, next !== undefined);

for (const { id } of jobs.slice(0, 1)) {
  const { metrics } = await control.getJobMetrics(id, { metric: ['mem_bw'], scope: ['socket'], points: 500 });
  for (const { metric, scope, unit, series } of metrics) {
    console.log(metric, scope, `${unit.prefix ?? ''}${unit.base}`, series[0]?.statistics !== undefined);
  }
}

try {
  await control.getJob(999_999);
} catch (error) {
  if (!isControlApiError(error)) throw error;
  console.log(error.code, error.status);
}
