/**
 * One of the four servers that bench/sessions.bench.ts compares. It tells its parent the port, and does what it is told:
 * `memory` answers with the bytes that it uses, `ask` makes requests to random sessions and answers what they cost.
 */
import { randomInt } from 'node:crypto';
import { createServer, type Server as HttpsServer } from 'node:https';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { createSessionServer } from '../src/server.js';

/** What the parent asks for. */
export type Order = { kind: 'memory' } | { kind: 'ask'; requests: number; atOnce: number };

/** What one server has to say. */
export interface Answer {
  sessions: number;
  residentBytes: number;
  cpuMicros: number;
  /** Milliseconds of each request. */
  latencies: number[];
}

type Ask = (machineId: string) => Promise<unknown>;

const [kind = '', cert = '', key = ''] = process.argv.slice(2);
const ids: string[] = [];
const { server, ask } = kind.startsWith('ours') ? ours() : bare();
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
process.on('message', (order: Order) => void carryOut(order).then((answer) => process.send?.(answer)));
process.on('disconnect', () => process.exit());

async function carryOut(order: Order): Promise<Answer> {
  const latencies: number[] = [];
  const before = process.cpuUsage();
  if (order.kind === 'ask') {
    let left = order.requests;
    const work = async (): Promise<void> => {
      while (left-- > 0) {
        const id = ids[randomInt(ids.length)] ?? '';
        const from = performance.now();
        await ask(id);
        latencies.push(performance.now() - from);
      }
    };
    await Promise.all(Array.from({ length: order.atOnce }, work));
  } else {
    for (let times = 0; times < 3; times++) globalThis.gc?.();
  }
  const { user, system } = process.cpuUsage(before);
  return { sessions: ids.length, residentBytes: process.memoryUsage.rss(), cpuMicros: user + system, latencies };
}

function ours(): { server: Http2SecureServer; ask: Ask } {
  const server = createSecureServer({ cert, key, allowHTTP1: true });
  const sessions = createSessionServer({
    // The token of a machine is its id here.
    store: {
      findSessionMachine: (token) => Promise.resolve({ id: token, agentVersion: 'v0.13.0' }),
      rotateSessionToken: (machineId) => Promise.resolve(machineId),
    },
    onConnect: ({ machineId }) => ids.push(machineId),
  });
  sessions.attachTo(server);
  return { server, ask: (machineId) => sessions.request(machineId, 'packageStatus', {}) };
}

/**
 * The bound: what any control plane must do on the same sockets. A request is JSON in base64 under an id, the answer is
 * found by its id and is parsed; there is no deadline, no bound and nothing that can fail.
 */
function bare(): { server: HttpsServer | Http2SecureServer; ask: Ask } {
  const writers = new Map<string, { write(text: string, encoding: 'latin1'): unknown }>();
  const pending = new Map<string, (answer: unknown) => void>();
  let lastId = 0;
  const take = (chunk: Buffer): void => {
    const text = chunk.toString();
    // Small frames come whole, and at times several at once.
    for (const frame of text.includes('}{') ? text.split(/(?<=\})(?=\{)/) : [text]) {
      const { data, req_id } = JSON.parse(frame) as { data: string; req_id: string };
      const resolve = pending.get(req_id);
      pending.delete(req_id);
      resolve?.(JSON.parse(Buffer.from(data, 'base64').toString()));
    }
  };
  const ask: Ask = (machineId) =>
    new Promise((resolve) => {
      const id = `bare-${++lastId}`;
      pending.set(id, resolve);
      const data = btoa(JSON.stringify({ method: 'packageStatus' }));
      writers.get(machineId)?.write(`{"data":"${data}","req_id":"${id}"}`, 'latin1');
    });
  if (kind === 'bare v2') {
    const server = createSecureServer({ cert, key });
    server.on('stream', (stream, headers) => {
      const id = String(headers['x-gpud-machine-id']);
      stream.respond({ ':status': 200 });
      stream.on('data', take);
      // The end of the run is the end of the connections.
      stream.on('error', () => undefined);
      writers.set(id, stream);
      ids.push(id);
    });
    return { server, ask };
  }
  const server = createServer({ cert, key }, (request, response) => {
    const id = String(request.headers['x-gpud-machine-id']);
    if (request.headers['x-gpud-session-type'] === 'read') {
      response.writeHead(200);
      response.flushHeaders();
      writers.set(id, response);
    } else {
      request.on('data', take);
      ids.push(id);
    }
  });
  server.requestTimeout = 0;
  return { server, ask };
}
