import type { AddressInfo } from 'node:net';
import { createService } from './service.js';

const { PORT = '3030', TENANT = 'berth-7', TOKEN = 's3cret' } = process.env;

const { server, close } = createService({ tenants: new Map([[TOKEN, TENANT]]), print: (line) => console.log(line) });
server.on('error', (error) => {
  console.error(`${error.message}: give another PORT`);
  process.exitCode = 1;
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`waiting for daemons, and for requests to http://127.0.0.1:${port}/${TENANT}/version; Ctrl-C ends`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);
