/**
 * All agents of one of the servers that bench/sessions.bench.ts compares, in a process of their own since a process has only
 * so many descriptors. They answer everything with `{}`. It tells its parent when all are connected.
 */
import type { AddressInfo } from 'node:net';
import { connectV1, type StubOptions } from '../test/support/v1-stub.js';
import { connectV2 } from '../test/support/v2-stub.js';
import { connectBareV2 } from './bare-v2-agent.js';

const [kind = '', port = '', ca = '', sessions = ''] = process.argv.slice(2);
const address: AddressInfo = { address: '127.0.0.1', family: 'IPv4', port: Number(port) };
let started = 0;
process.on('disconnect', () => process.exit());
await Promise.all(Array.from({ length: 32 }, connectSome));
process.send?.('connected');

async function connectSome(): Promise<void> {
  while (started < Number(sessions)) {
    const machineId = `m-${started++}`;
    await connect({ address, ca, token: machineId, machineId });
  }
}

async function connect(options: StubOptions): Promise<void> {
  if (kind === 'bare v2') await connectBareV2(options);
  else if (kind === 'ours v2') {
    const agent = connectV2(options);
    agent.hello('v0.13.0');
    await agent.packets.next();
    agent.answerAll(() => ({}));
  } else {
    const agent = await connectV1(options);
    agent.answerAll(() => ({}));
  }
}
