/**
 * One half of a session, in a process of its own: `caller KIND` listens and makes calls, `answerer KIND URL` dials and
 * answers. KIND is `ours` or `floor`. The parent talks to it over IPC; see `PeerMessage`.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { DaemonHandler } from '../src/server.js';
import { connectDaemon, createDaemonListener, DaemonRegistry } from '../src/transports.js';
import { floorAnswerer, floorCaller } from './floor.js';
import type { CallName } from './results.js';
import { calls, hashes, images, services } from './results.js';

/** What the parent asks: so many calls with so many in flight, or the CPU time so far. */
export type PeerRequest = { run: CallName; count: number; inFlight: number } | { cpu: true };
/** What it is told: where the caller listens, that the pair is connected, and CPU time in microseconds. */
export type PeerReply = { port: number } | { connected: true } | { cpuUs: number; wallMs: number };

type Make = (call: CallName) => Promise<unknown>;

const [role, kind, url = ''] = process.argv.slice(2);
const tell = (reply: PeerReply): void => void process.send?.(reply);
process.on('disconnect', () => process.exit());

if (role === 'caller') await startCaller();
else startAnswerer();

async function startCaller(): Promise<void> {
  const server = createServer();
  const make = kind === 'ours' ? oursCaller(server) : floorsCaller(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  tell({ port: (server.address() as AddressInfo).port });
  const call = await make;
  await call('ping');
  tell({ connected: true });
  process.on('message', (request: PeerRequest) => void serve(request, call));
}

async function serve(request: PeerRequest, call: Make): Promise<void> {
  const cpuStart = process.cpuUsage();
  const start = performance.now();
  if ('run' in request) {
    let left = request.count;
    const one = async (): Promise<void> => {
      while (left-- > 0) await call(request.run);
    };
    await Promise.all(Array.from({ length: request.inFlight }, one));
  }
  const { user, system } = 'run' in request ? process.cpuUsage(cpuStart) : process.cpuUsage();
  tell({ cpuUs: user + system, wallMs: performance.now() - start });
}

function floorsCaller(server: Server): Promise<Make> {
  const upgrades = new WebSocketServer({ server, perMessageDeflate: false });
  return new Promise((resolve) => {
    upgrades.on('connection', (socket) => {
      const caller = floorCaller(socket);
      resolve((name) => caller.call(calls[name].method, calls[name].argument));
    });
  });
}

function oursCaller(server: Server): Promise<Make> {
  return new Promise((resolve) => {
    const registry = new DaemonRegistry({
      onConnect: ({ client }) => {
        const methods: Readonly<Record<CallName, () => Promise<unknown>>> = {
          ping: () => client.ping(),
          hashes100B: () => client.syncStatus('HEAD'),
          hashes100kB: () => client.syncStatus('all'),
          services100kB: () => client.listServices(''),
          images10MB: () => client.listImages('<all>'),
        };
        resolve((name) => methods[name]());
      },
    });
    const listener = createDaemonListener({ registry, authenticate: () => 'bench' });
    server.on('upgrade', (request, socket, head) => void listener.acceptDaemon(request, socket, head));
  });
}

function startAnswerer(): void {
  const short = hashes(2);
  const long = hashes(2326);
  const workloads = services();
  const tags = images();
  process.on('message', (request: PeerRequest) => void serve(request, () => Promise.resolve()));
  if (kind === 'ours') {
    const handler: DaemonHandler = {
      syncStatus: (ref) => (ref === 'all' ? long : short),
      listServices: () => workloads,
      listImages: () => tags,
    };
    connectDaemon({ url, allowInsecureHttp: true, handler });
    return;
  }
  const union = (result: unknown): unknown => ({ Result: result, ApplicationError: null });
  const socket = new WebSocket(`${url}/v11/daemon`, { perMessageDeflate: false });
  // At once: the first request may come with the answer to the upgrade.
  floorAnswerer(socket, (method, argument) => {
    if (method === 'RPCServer.Ping') return {};
    if (method === 'RPCServer.SyncStatus') return union(argument === 'all' ? long : short);
    return union(method === 'RPCServer.ListServices' ? workloads : tags);
  });
}
