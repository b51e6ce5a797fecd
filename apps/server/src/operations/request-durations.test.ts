import { Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { type AnsweredRequest, RequestDurations } from './request-durations.js';

const answered: AnsweredRequest[] = [
  { method: 'GET', route: '/api/jobs/', status: 200, seconds: 0.0004 },
  { method: 'GET', route: '/api/jobs/', status: 200, seconds: 0.001 },
  { method: 'GET', route: '/api/jobs/', status: 400, seconds: 0.3 },
  { method: 'POST', route: '/api/write', status: 200, seconds: 61 },
  { method: 'GET', route: '/api/jobs/', status: 200, seconds: 0.02 },
  { method: 'POST', route: '/api/jobs/', status: 400, seconds: 0 },
];

it('writes what a histogram of prom-client writes', async () => {
  const durations = new RequestDurations();
  const registry = new Registry();
  const histogram = new Histogram({
    name: 'moorline_http_request_duration_seconds',
    help: 'Answered requests by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  const lines = async () => [durations.text().split('\n').sort(), (await registry.metrics()).split('\n').sort()];
  const [none, noneOfTheirs] = await lines();
  expect(none).toEqual(noneOfTheirs);
  for (const request of answered) {
    durations.observe(request);
    const { seconds, ...labels } = request;
    histogram.observe(labels, seconds);
  }
  const [ours, theirs] = await lines();
  expect(ours).toEqual(theirs);
  expect(ours).toHaveLength(2 + 4 * 11 + 1);
});
