/** The load generator, a process of its own: takes a plan from its parent, answers with what came of it. */
import { Client } from 'undici';
import type { Plan, Result } from './plan.js';
import { requestOf } from './requests.js';

process.on('message', (plan: Plan) => {
  run(plan).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function run({
  url,
  token,
  connections,
  seconds,
  requests = Number.MAX_SAFE_INTEGER,
  what,
}: Plan): Promise<Result> {
  const clients = Array.from({ length: connections }, () => new Client(url, { pipelining: 1, headersTimeout: 60_000 }));
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': what.kind === 'write' ? 'text/plain' : 'application/json',
  };
  const latencies: number[] = [];
  let sent = 0;
  let stallMs = 0;
  let lastBody = '';
  const begin = performance.now();
  let answeredAt = begin;
  const work = async (client: Client): Promise<void> => {
    while (sent < requests && performance.now() - begin < seconds * 1000) {
      const { method, path, body, status } = requestOf(what, sent++);
      const sentAt = performance.now();
      const answer = await client.request({ method, path, body, headers });
      const bytes = await answer.body.arrayBuffer();
      const now = performance.now();
      if (answer.statusCode !== status) {
        throw new Error(`${method} ${path} was answered with ${answer.statusCode}: ${Buffer.from(bytes).toString()}`);
      }
      latencies.push(now - sentAt);
      stallMs = Math.max(stallMs, now - answeredAt);
      answeredAt = now;
      if (sent >= requests || now - begin >= seconds * 1000) lastBody = Buffer.from(bytes).toString();
    }
  };
  try {
    await Promise.all(clients.map(work));
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
  latencies.sort((a, b) => a - b);
  const quantile = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? NaN;
  const perSecond = (latencies.length / (answeredAt - begin)) * 1000;
  return { answers: latencies.length, perSecond, p50Ms: quantile(0.5), p99Ms: quantile(0.99), stallMs, lastBody };
}
