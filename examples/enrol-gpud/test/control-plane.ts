import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLoginListener, createMemoryLoginStore, createSessionServer } from '@moorline/login-client/server';

/** A control plane on a port of its own: the other half of the same package, over real HTTP. */
export async function startControlPlane(token: string) {
  const store = createMemoryLoginStore();
  store.addRegistration({ token, nodeGroup: 'lab' });

  const machines: string[] = [];
  let tell = (_machineId: string): void => undefined;
  const sessions = createSessionServer({
    store,
    onConnect({ machineId }) {
      machines.push(machineId);
      tell(machineId);
    },
  });
  const server = createServer(createLoginListener({ store }));
  sessions.attachTo(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Of every session so far. */
    machines,
    /** The machine whose session comes up next. */
    nextMachine: () => new Promise<string>((resolve) => (tell = resolve)),
    request: sessions.request.bind(sessions),
    async close() {
      await sessions.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
