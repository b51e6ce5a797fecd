/**
 * One process of bench/fleet.bench.ts: `bare PORT` and `ours PORT` take sockets in, `idle URL COUNT` dials that many
 * sockets that stay silent, `daemons URL COUNT` runs that many daemons' loops.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { DaemonHandler } from '../src/server.js';
import { connectDaemon, createDaemonListener, DaemonRegistry } from '../src/transports.js';

export type FleetRequest = 'memory' | 'connections' | 'callAll' | 'answered';
export type FleetReply = { port: number } | { bytes: number } | { count: number };

const [role, place = '', count = '0'] = process.argv.slice(2);
const tell = (reply: FleetReply): void => void process.send?.(reply);
process.on('disconnect', () => process.exit());

if (role === 'bare' || role === 'ours') await startServer(role, Number(place));
else if (role === 'idle') await dialIdle(place, Number(count));
else startDaemons(place, Number(count));

async function startServer(kind: 'bare' | 'ours', port: number): Promise<void> {
  const server = createServer();
  const registry = new DaemonRegistry();
  const bare = new Map<string, WebSocket>();
  if (kind === 'ours') {
    const listener = createDaemonListener({ registry, authenticate: ({ token }) => token });
    server.on('upgrade', (request, socket, head) => void listener.acceptDaemon(request, socket, head));
  } else {
    const upgrades = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });
    upgrades.on('connection', (socket, request) => {
      const name = String(request.headers.authorization);
      bare.set(name, socket);
      socket.on('message', () => undefined);
      socket.on('close', () => bare.delete(name));
    });
  }
  process.on('message', (request: FleetRequest) => {
    if (request === 'memory') tell({ bytes: bytesInUse() });
    if (request === 'connections') tell({ count: registry.size + bare.size });
    if (request === 'callAll') void callAll(registry).then((answered) => tell({ count: answered }));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  tell({ port: (server.address() as AddressInfo).port });
}

/** One call to each daemon, all at once; how many were answered with what this daemon answers. */
async function callAll(registry: DaemonRegistry): Promise<number> {
  const answers = registry
    .list()
    .map(async ({ tenant, client }) => (await client.syncStatus(tenant, { timeoutMs: 60_000 }))?.[0] === tenant);
  return (await Promise.all(answers)).filter(Boolean).length;
}

async function dialIdle(url: string, sockets: number): Promise<void> {
  for (let first = 0; first < sockets; first += 100) {
    const batch = Array.from({ length: Math.min(100, sockets - first) }, (_, index) => {
      const headers = { authorization: `Scope-Probe token=node-${first + index}` };
      return once(new WebSocket(`${url}/v11/daemon`, { headers, perMessageDeflate: false }), 'open');
    });
    await Promise.all(batch);
  }
  tell({ count: sockets });
}

function startDaemons(url: string, daemons: number): void {
  let answered = 0;
  const handler: DaemonHandler = {
    syncStatus(ref) {
      answered++;
      return [ref];
    },
  };
  for (let index = 0; index < daemons; index++) {
    connectDaemon({
      url,
      token: `node-${index}`,
      allowInsecureHttp: true,
      handler,
      backoff: { minDelayMs: 1000, maxDelayMs: 1000, jitter: 0.5 },
    });
  }
  process.on('message', (request: FleetRequest) => {
    if (request === 'answered') tell({ count: answered });
  });
}

/** What lives on the heap and in buffers, after a collection. */
function bytesInUse(): number {
  for (let round = 0; round < 3; round++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
