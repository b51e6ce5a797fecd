/**
 * Bytes of a process' output, and of its input, through the v3 server, against sockets that are piped into each other. Source,
 * relay and sink are in this process, whose CPU time counts; both write 64 kB at a
 * time.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, report } from '../../../tools/bench/harness.js';
import { connectProxy } from '../src/index.js';
import { createProxyServer } from '../src/server.js';
import { encodeIoPacket, encodeIoPackets, maxIoDataBytes } from '../src/wire/hyperstart/io-packet.js';
import { encodeCommand, encodeStream } from '../src/wire/v3/frame.js';
import { encodeConnectShim } from '../src/wire/v3/payloads.js';
import { startAgent } from './agent.js';
import { Sink, writeAll } from './stream.js';

const writeBytes = 64 * 1024;
const writesPerCall = 256;

const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
const agent = await startAgent(folder, 'vm');
const server = createProxyServer();
const path = join(folder, 'proxy.sock');
await server.listen({ path });
const runtime = await connectProxy({ path, generation: 'v3' });
const { tokens } = await runtime.registerVm({ containerId: 'c', ...agent.paths, numIOStreams: 1 });
const [token = ''] = tokens;
const shim = connect(path);
shim.write(encodeCommand('ConnectShim', encodeConnectShim({ token })));
await once(shim, 'data');
await runtime.newContainer({ id: 'c', process: { args: ['x'] } }, { token });
const ioBase = 3n;

const pipe = await startPipe();
const fromServer = new Sink(shim);
const toAgent = new Sink(agent.io());
const fromPipe = new Sink(pipe.sink);

/** One packet takes the whole write. The agent's are of any size; one of stdin has the largest size that the agent takes. */
const onePacket = encodeIoPacketOf(writeBytes);
const smallPackets = encodeIoPackets(ioBase, new Uint8Array(6 * maxIoDataBytes));
const frames = Buffer.concat(Array<Uint8Array>(6).fill(encodeStream('stdin', new Uint8Array(maxIoDataBytes))));

try {
  await compare('output, a packet of 64 kB a write', agent.io(), fromServer, onePacket);
  await compare('output, packets of 10 kB', agent.io(), fromServer, smallPackets);
  await compare('input, frames of 10 kB', shim, toAgent, frames);
} finally {
  shim.destroy();
  pipe.close();
  await runtime.close();
  await server.close();
  agent.close();
  rmSync(folder, { recursive: true });
}

async function compare(name: string, source: Socket, sink: Sink, bytes: Uint8Array): Promise<void> {
  const total = bytes.length * writesPerCall;
  const relay = (from: Socket, to: Sink) => async (): Promise<void> => {
    const done = to.more(total);
    writeAll(from, bytes, writesPerCall);
    await done;
  };
  const { ours, bare } = await measure(
    { ours: relay(source, sink), bare: relay(pipe.source, fromPipe) },
    { rounds: 9, roundMs: 300 },
  );
  const mbPerSecond = ({ cpuMsPerCall }: { cpuMsPerCall: number }): number => total / 1000 / cpuMsPerCall;
  report({
    name,
    unit: 'MB per second of CPU',
    ours: mbPerSecond(ours),
    peer: { name: 'a bare pipe', value: mbPerSecond(bare) },
    goal: '≥ 0.5 ×',
  });
}

/** A source whose bytes a relay of two sockets, piped, brings to a sink. */
async function startPipe() {
  const target = createServer().listen(join(folder, 'target.sock'));
  const relay = createServer((socket) => {
    socket.pipe(connect(join(folder, 'target.sock')));
  }).listen(join(folder, 'relay.sock'));
  const connected = once(target, 'connection') as Promise<[Socket]>;
  const source = connect(join(folder, 'relay.sock'));
  const [sink] = await connected;
  return {
    source,
    sink,
    close() {
      source.destroy();
      sink.destroy();
      target.close();
      relay.close();
    },
  };
}

function encodeIoPacketOf(bytes: number): Uint8Array {
  const packet = Buffer.alloc(bytes);
  packet.set(encodeIoPacket(ioBase, new Uint8Array(0)));
  packet.writeUInt32BE(bytes, 8);
  return packet;
}
