import { expect, it, onTestFinished, vi } from 'vitest';
import { connectProxy } from '../src/index.js';
import { createFakeProxy } from '../src/testing.js';

vi.mock('koffi', () => {
  throw Object.assign(new Error("Cannot find package 'koffi'"), { code: 'ERR_MODULE_NOT_FOUND' });
});

it('conformance 35: without koffi all calls but allocateIo() work, and that says what to install', async () => {
  const proxy = await createFakeProxy();
  onTestFinished(() => proxy.close());
  const client = await connectProxy({ path: proxy.path });
  onTestFinished(() => client.close());
  const calls = [
    client.hello({ containerId: 'c', ctlSerial: '/c', ioSerial: '/i' }),
    client.attach('c'),
    client.allocateIo(2),
    client.allocateIo(1),
    client.hyper('ping'),
    client.bye('c'),
  ];
  const unavailable = {
    status: 'rejected',
    reason: { code: 'fd_unavailable', isFatal: false, hint: 'npm install koffi' },
  };
  expect(await Promise.allSettled(calls)).toMatchObject([
    { status: 'fulfilled' },
    { status: 'fulfilled' },
    unavailable,
    unavailable,
    { status: 'fulfilled' },
    { status: 'fulfilled' },
  ]);
  expect(proxy.requests.map(({ name }) => name)).toEqual(['hello', 'attach', 'hyper', 'bye']);
});
