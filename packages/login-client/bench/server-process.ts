/** One of the two servers that bench/login-handler.bench.ts compares; tells its parent the port. */
import { createServer, type RequestListener } from 'node:http';
import { createLoginListener, createMemoryLoginStore } from '../src/server.js';

const listener = process.argv[2] === 'handler' ? await loginListener() : parseOnly;
const server = createServer(listener);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
process.on('disconnect', () => process.exit());

/** Every login comes from a machine that is known already, as a fleet does after a restart of its control plane. */
async function loginListener(): Promise<RequestListener> {
  const store = createMemoryLoginStore();
  const registration = store.addRegistration({ token: 'reg-7f3c9a', nodeGroup: 'lab' });
  const machine = { id: 'm-0017', workspace: 'default', nodeGroup: 'lab' };
  await store.addMachine(machine, registration, { token: '', machineID: '', provider: '', providerInstanceID: '' });
  return createLoginListener({ store });
}

/** The bound: takes the body, parses it, answers. */
function parseOnly(...[request, response]: Parameters<RequestListener>): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString());
    response.setHeader('content-type', 'application/json');
    response.end('{"machineID":"m-0017","token":"sess-2Q8k"}');
  });
}
