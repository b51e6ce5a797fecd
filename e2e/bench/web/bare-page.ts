import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The bound that no page goes below: a server that does nothing but answer, and a page that does nothing but show. */
export interface BarePage {
  url: string;
  close(): void;
}

/** @param json what the page reads, and shows the members `jobs` of, a row each. */
export async function startBarePage(json: string): Promise<BarePage> {
  const server = createServer(({ url }, response) => {
    if (url === '/jobs.json') response.setHeader('content-type', 'application/json').end(json);
    else response.setHeader('content-type', 'text/html').end(page);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As many rows as the real page has in sight. */
const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><div role="grid"></div><script>
fetch('/jobs.json').then((answer) => answer.json()).then(({ jobs }) => {
  for (const [index, job] of jobs.slice(0, 30).entries()) {
    const row = document.createElement('div');
    row.dataset.index = index;
    for (const text of [job.jobId, job.user, job.project, job.cluster, job.jobState, job.startTime, job.duration]) {
      row.append(Object.assign(document.createElement('span'), { textContent: text }));
    }
    document.querySelector('[role=grid]').append(row);
  }
});
</script>`;
