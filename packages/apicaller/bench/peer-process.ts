/**
 * One half of a connection, in a process of its own: `answerer KIND SCHEME` listens and answers, `caller KIND URL` dials
 * and makes calls. KIND is `ours` or `floor`. The parent talks to it over IPC; see `PeerRequest`. The certificate is in
 * `BENCH_CERT` and `BENCH_KEY`.
 */
import { once } from 'node:events';
import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { apiOpen } from '../src/index.js';
import { createControllerServer, createMemoryEntityStore, facade } from '../src/server.js';
import { floorAnswerer, floorCaller } from './floor.js';
import { type CallName, calls, machines } from './results.js';

/** What the parent asks: so many calls with so many in flight, or the CPU time so far. */
export type PeerRequest = { run: CallName; count: number; inFlight: number } | { cpu: true };
/** What it is told: where the answerer listens, that the pair is connected, and CPU time in microseconds. */
export type PeerReply = { port: number } | { connected: true } | { cpuUs: number; wallMs: number };

type Make = (call: CallName) => Promise<unknown>;

const model = '9f5b1c2e-0000-4000-8000-00000000000a';
const password = 'a-password-of-24-letters';
const [role, kind, target = ''] = process.argv.slice(2);
const { BENCH_CERT: cert = '', BENCH_KEY: key = '' } = process.env;
const tell = (reply: PeerReply): void => void process.send?.(reply);
process.on('disconnect', () => process.exit());

if (role === 'answerer') await startAnswerer();
else await startCaller();

async function startAnswerer(): Promise<void> {
  const server: Server = target === 'wss' ? createServer({ cert, key }) : createPlainServer();
  const result = machines();
  if (kind === 'ours') {
    const entities = createMemoryEntityStore();
    entities.add({ tag: 'machine-0', nonce: 'n', password }, model);
    const bench = facade({ name: 'Bench', versions: [1], methods: { Machines: () => result } });
    const controllerUuid = '9f5b1c2e-0000-4000-8000-0000000000c0';
    const controller = createControllerServer({ controllerUuid, findModel: () => ({}), entities, facades: [bench] });
    server.on('upgrade', (request, socket, head) => void controller.handleUpgrade(request, socket, head));
  } else {
    const upgrades = new WebSocketServer({ server, perMessageDeflate: false });
    upgrades.on('connection', (socket) => floorAnswerer(socket, (name) => (name === 'Pinger.Ping' ? {} : result)));
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  tell({ port: (server.address() as AddressInfo).port });
  process.on('message', (request: PeerRequest) => void serve(request, () => Promise.resolve()));
}

async function startCaller(): Promise<void> {
  const make = kind === 'ours' ? await oursCaller() : await floorsCaller();
  await make('ping');
  tell({ connected: true });
  process.on('message', (request: PeerRequest) => void serve(request, make));
}

async function oursCaller(): Promise<Make> {
  const info = { addrs: [target], modelTag: `model-${model}`, tag: 'machine-0', nonce: 'n', password };
  const options = { allowInsecureWs: true, pingPeriodMs: 0, retryDelayMs: 0 };
  const connection = await apiOpen(target.startsWith('wss') ? { ...info, caCert: cert } : info, options);
  return (name) => {
    const { facade, version, method } = calls[name];
    return connection.apiCall(facade, version, '', method);
  };
}

async function floorsCaller(): Promise<Make> {
  const url = `${target}/model/${model}/api`;
  const socket = new WebSocket(url, { perMessageDeflate: false, ca: cert, rejectUnauthorized: false });
  await once(socket, 'open');
  const caller = floorCaller(socket);
  return (name) => {
    const { facade, version, method } = calls[name];
    return caller.call(facade, version, method, {});
  };
}

async function serve(request: PeerRequest, make: Make): Promise<void> {
  const cpuStart = process.cpuUsage();
  const start = performance.now();
  if ('run' in request) {
    let left = request.count;
    const one = async (): Promise<void> => {
      while (left-- > 0) await make(request.run);
    };
    await Promise.all(Array.from({ length: request.inFlight }, one));
  }
  const { user, system } = 'run' in request ? process.cpuUsage(cpuStart) : process.cpuUsage();
  tell({ cpuUs: user + system, wallMs: performance.now() - start });
}
