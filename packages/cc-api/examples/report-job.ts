import { createCcClient, isCcApiError } from '@moorline/cc-api';

const cc = createCcClient({
  baseUrl: process.env['CC_URL'] ?? 'http://127.0.0.1:8080',
  token: process.env['CC_TOKEN'] ?? '',
});

const now = Math.floor(Date.now() / 1000);
const job = {
  jobId: 4711,
  cluster: 'demo',
  user: 'alice',
  numNodes: 1,
  resources: [{ hostname: 'n01' }],
  startTime: now - 60,
};

const { outcome } = await cc.startJob(job);
console.log(`job ${job.jobId}: ${outcome}`);

try {
  await cc.startJob(job);
} catch (error) {
  if (!isCcApiError(error) || error.code !== 'job_already_exists') throw error;
  console.log(`the server has it already, as row ${String(error.details['id'])}`);
}

await cc.writeMetrics(`load_one,hostname=n01 value=1.5 ${now - 30}`, { cluster: 'demo' });

const stopped = await cc.stopJob({ jobId: job.jobId, cluster: 'demo', stopTime: now });
console.log(`${stopped.jobState} after ${stopped.duration} s`);

for await (const { jobId, jobState } of cc.iterateJobs({ cluster: 'demo', startTime: { from: now - 3600 } })) {
  console.log(jobId, jobState);
}
