import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { hyperstartCodes } from '../src/wire/hyperstart/commands.js';
import { ControlReader, encodeControlPacket } from '../src/wire/hyperstart/control-packet.js';

/** The smallest agent: acknowledges every command, and leaves the I/O socket to the benchmark. */
export interface BenchAgent {
  paths: { ctlSerial: string; ioSerial: string };
  /** The I/O socket, once a proxy has connected to it. */
  io(): Socket;
  close(): void;
}

export async function startAgent(folder: string, name: string): Promise<BenchAgent> {
  const paths = { ctlSerial: join(folder, `${name}.ctl`), ioSerial: join(folder, `${name}.io`) };
  const ack = Buffer.from(encodeControlPacket(hyperstartCodes.ack));
  const sockets: Socket[] = [];
  let io: Socket | undefined;
  const ctlServer = createServer((socket) => {
    sockets.push(socket);
    socket.write(encodeControlPacket(hyperstartCodes.ready));
    const reader = new ControlReader(() => socket.write(ack));
    socket.on('data', (chunk: Uint8Array) => reader.push(chunk));
  }).listen(paths.ctlSerial);
  const ioServer = createServer((socket) => {
    sockets.push(socket);
    io = socket;
  }).listen(paths.ioSerial);
  await Promise.all([once(ctlServer, 'listening'), once(ioServer, 'listening')]);
  return {
    paths,
    io() {
      if (io === undefined) throw new Error('no proxy has connected');
      return io;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      ctlServer.close();
      ioServer.close();
    },
  };
}
