import type { Socket } from 'node:net';
import { systemClock } from '@moorline/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProxyServerOptions } from '../src/server.js';
import { encodeIoPacket, encodeIoPackets } from '../src/wire/hyperstart/io-packet.js';
import { encodeProcessExited, encodeStream } from '../src/wire/v3/frame.js';
import { within } from './support/peers.js';
import { proxyWorld, type ProxyWorld, type ScriptedAgent, type V2Peer } from './support/proxy-world.js';

const MiB = 1024 * 1024;

/** Real time, short of patience. */
const world = (options: ProxyServerOptions = {}): Promise<ProxyWorld> =>
  proxyWorld({ clock: systemClock, ...options, limits: { stallMs: 20, ...options.limits } });

const output = (stream: number, bytes: number, fill = 0x61): Buffer =>
  Buffer.from(encodeIoPackets(BigInt(stream), Buffer.alloc(bytes, fill)));

/** Written by the agent, whether or not the proxy reads it. */
async function says(agent: ScriptedAgent, ...packets: Uint8Array[]): Promise<Socket> {
  const socket = await agent.socket('io');
  for (const packet of packets) socket.write(packet);
  return socket;
}

/** A session whose reader does not read: the socket is not even looked at. */
async function unread(client: V2Peer, nStreams = 1): Promise<{ ioBase: number; socket: Socket }> {
  const { data } = await client.ask('allocateIO', { nStreams });
  const socket = await client.takeDescriptor();
  return { ioBase: Number(data?.['ioBase']), socket };
}

async function bytesOf(socket: Socket, count: number): Promise<number> {
  let have = 0;
  for await (const chunk of socket) {
    have += (chunk as Buffer).length;
    if (have >= count) break;
  }
  return have;
}

describe('readers that fall behind', () => {
  it("conformance 58: one that never reads holds nothing of another's up", async () => {
    const { client, agent } = await (await world()).greeted();
    const stuck = await unread(client);
    const { ioBase, session } = await client.allocate(1);
    await says(agent, output(stuck.ioBase, 2 * MiB), output(ioBase, 1000));
    expect(await within(session.read(1012))).toEqual(output(ioBase, 1000));
    expect((await client.ask('hyper', { hyperName: 'ping' })).success).toBe(true);
    // And it has lost nothing, when it reads at last.
    const all = output(stuck.ioBase, 2 * MiB).length;
    expect(await within(bytesOf(stuck.socket, all))).toBe(all);
  });

  it('conformance 58: a shim that never reads holds nothing of a descriptor up', async () => {
    const proxied = await world();
    const { client: v3, agent, tokens } = await proxied.registered();
    const shim = await proxied.v3();
    await shim.ask('ConnectShim', { token: tokens[0] });
    shim.socket.pause();
    const client = await proxied.v2();
    await client.ask('attach', { containerId: 'pod-7f' });
    const { ioBase, session } = await client.allocate(1);
    await says(agent, output(3, 2 * MiB), output(ioBase, 1000));
    expect(await within(session.read(1012))).toEqual(output(ioBase, 1000));
    expect((await v3.ask('Hyper', { hyperName: 'ping', tokens: null })).isError).toBe(false);
  });

  it('one that is too far behind is ended, with an entry in the log, and nobody else', async () => {
    const proxied = await world({ limits: { maxUnsentBytes: MiB } });
    const { client, agent } = await proxied.greeted();
    const stuck = await unread(client);
    const { ioBase, session } = await client.allocate(1);
    await says(agent, output(stuck.ioBase, 4 * MiB), output(ioBase, 1000));
    expect(await within(session.read(1012))).toEqual(output(ioBase, 1000));
    expect(proxied.logger.records.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { containerId: 'pod-7f', ioBase: stuck.ioBase, code: 'session_overflow' } },
    ]);
    expect(proxied.proxy.containers()[0]?.sessions).toBe(1);
    // What the kernel had of it is there, then the end.
    expect(await within(bytesOf(stuck.socket, Infinity))).toBeLessThan(4 * MiB);
  });

  it('a shim that is too far behind is closed, and a token that nobody claims is used up', async () => {
    const proxied = await world({ limits: { maxUnsentBytes: MiB } });
    const { agent, tokens } = await proxied.registered(2);
    const shim = await proxied.v3();
    await shim.ask('ConnectShim', { token: tokens[0] });
    shim.socket.pause();
    const reader = await proxied.greeted('pod-80');
    await says(agent, output(3, 4 * MiB), output(5, 4 * MiB));
    // Alone with its VM it is waited for; not with another.
    const other = await proxied.v2();
    await other.ask('attach', { containerId: 'pod-7f' });
    await other.allocate(1);
    await within(until(() => proxied.logger.records.filter(({ level }) => level === 'error').length === 2));
    shim.socket.resume();
    expect((await within(shim.read(8 * MiB))).length).toBeLessThan(2 * MiB);
    const late = await proxied.v3();
    expect((await late.ask('ConnectShim', { token: tokens[1] })).json).toEqual({
      msg: `token already claimed: ${tokens[1]}`,
    });
    expect((await reader.client.ask('hyper', { hyperName: 'ping' })).success).toBe(true);
  });

  it('all together may be so far behind and no farther', async () => {
    const proxied = await world({ limits: { maxUnsentBytes: 8 * MiB, maxTotalUnsentBytes: 2 * MiB } });
    const { client, agent } = await proxied.greeted();
    const stuck = [await unread(client), await unread(client), await unread(client)];
    const { ioBase, session } = await client.allocate(1);
    await says(agent, ...stuck.map((each) => output(each.ioBase, MiB)), output(ioBase, 1000));
    expect(await within(session.read(1012))).toEqual(output(ioBase, 1000));
    expect(proxied.proxy.containers()[0]?.sessions).toBeLessThan(4);
    expect(proxied.proxy.containers()[0]?.sessions).toBeGreaterThan(1);
  });

  it('one that has its VM to itself is waited for, as long as it takes, and nothing is kept for it', async () => {
    const proxied = await world({ limits: { maxUnsentBytes: MiB } });
    const { client, agent } = await proxied.greeted();
    const { ioBase, socket } = await unread(client);
    const all = output(ioBase, 8 * MiB);
    const agentSide = await says(agent, all);
    await new Promise((resolve) => setTimeout(resolve, 150));
    // Most of it is still with the agent.
    expect(agentSide.writableLength).toBeGreaterThan(6 * MiB);
    expect(await within(bytesOf(socket, all.length))).toBe(all.length);
    expect(proxied.logger.records.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('one that reads, but more slowly than the VM writes, loses nothing beside others', async () => {
    const proxied = await world({ limits: { maxUnsentBytes: MiB, stallMs: 1000 } });
    const { client, agent } = await proxied.greeted();
    const { ioBase, socket } = await unread(client);
    await client.allocate(1);
    const all = output(ioBase, 8 * MiB);
    await says(agent, all);
    let have = 0;
    for await (const chunk of socket) {
      have += (chunk as Buffer).length;
      if (have >= all.length) break;
      // Every 64 kB a turn of the loop and a little.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(have).toBe(all.length);
    expect(proxied.logger.records.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('an agent that does not read holds up those who write to it, and gets all in order', async () => {
    const { client, agent } = await (await world()).greeted();
    const { ioBase, session, socket } = await client.allocate(1);
    const io = await agent.socket('io');
    io.pause();
    const packets = Array.from({ length: 400 }, (_, index) => output(ioBase, 10_228, index));
    for (const packet of packets) await session.write(packet);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(socket.writableLength).toBeGreaterThan(2 * MiB);
    io.resume();
    expect((await agent.input(packets.length * 10_240)).equals(Buffer.concat(packets))).toBe(true);
  });
});

describe('packets of many streams', () => {
  it('come to the right readers in the right order, however the bytes are cut', async () => {
    const proxied = await world();
    const agent = await proxied.agent();
    const v3 = await proxied.v3();
    const { json } = await v3.ask('RegisterVM', { ...agent.hello('pod-7f'), numIOStreams: 1 });
    const shim = await proxied.v3();
    const { io } = json as { io: { tokens: string[] } };
    await shim.ask('ConnectShim', { token: io.tokens[0] });
    const client = await proxied.v2();
    await client.ask('attach', { containerId: 'pod-7f' });
    const sessions = [await client.allocate(2), await client.allocate(1)];
    expect(sessions.map(({ ioBase }) => ioBase)).toEqual([5, 7]);
    const streams = [3, 4, 5, 6, 7];
    const written = fc.array(
      fc.record({ stream: fc.constantFrom(...streams), size: fc.constantFrom(1, 2, 11, 12, 13, 1000, 10_228) }),
      { minLength: 1, maxLength: 40 },
    );
    let fill = 0;
    await fc.assert(
      fc.asyncProperty(
        written,
        fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 8 }),
        async (writes, cuts) => {
          const packets = writes.map(({ stream, size }) => ({ stream, data: Buffer.alloc(size, fill++) }));
          const bytes = Buffer.concat(packets.map(({ stream, data }) => encodeIoPacket(BigInt(stream), data)));
          const socket = await agent.socket('io');
          let from = 0;
          for (const cut of cuts) {
            socket.write(bytes.subarray(from, from + cut));
            from += cut;
            await new Promise((resolve) => setImmediate(resolve));
          }
          socket.write(bytes.subarray(from));
          const of = (...wanted: number[]): typeof packets => packets.filter(({ stream }) => wanted.includes(stream));
          const frames = of(3, 4).map(({ stream, data }) => encodeStream(stream === 3 ? 'stdout' : 'stderr', data));
          const first = of(5, 6).map(({ stream, data }) => encodeIoPacket(BigInt(stream), data));
          const second = of(7).map(({ stream, data }) => encodeIoPacket(BigInt(stream), data));
          for (const [peer, pieces] of [
            [shim, frames],
            [sessions[0]?.session, first],
            [sessions[1]?.session, second],
          ] as const) {
            const expected = Buffer.concat(pieces);
            expect((await within(peer?.read(expected.length) ?? Promise.reject())).equals(expected)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stdin of shims reaches the agent whole, however the bytes are cut', async () => {
    const proxied = await world();
    const { client, agent, tokens } = await proxied.registered();
    const shim = await proxied.v3();
    await shim.ask('ConnectShim', { token: tokens[0] });
    await client.ask('Hyper', { hyperName: 'newcontainer', tokens, data: { id: 'ct', process: {} } });
    let fill = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(1, 12, 500, 10_228), { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 6 }),
        async (sizes, cuts) => {
          const pieces = sizes.map((size) => Buffer.alloc(size, fill++));
          const frames = Buffer.concat(pieces.map((data) => encodeStream('stdin', data)));
          let from = 0;
          for (const cut of cuts) {
            shim.socket.write(frames.subarray(from, from + cut));
            from += cut;
            await new Promise((resolve) => setImmediate(resolve));
          }
          shim.socket.write(frames.subarray(from));
          const expected = Buffer.concat(pieces.map((data) => encodeIoPacket(3n, data)));
          expect((await agent.input(expected.length)).equals(expected)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('an exit that comes with other output in one read comes in its place', async () => {
    const proxied = await world();
    const { agent, tokens } = await proxied.registered();
    const shim = await proxied.v3();
    await shim.ask('ConnectShim', { token: tokens[0] });
    await says(
      agent,
      Buffer.concat([output(3, 5), output(4, 3), encodeIoPacket(3n, Buffer.alloc(0)), output(3, 1, 9)]),
    );
    const expected = Buffer.concat([
      encodeStream('stdout', Buffer.alloc(5, 0x61)),
      encodeStream('stderr', Buffer.alloc(3, 0x61)),
      encodeProcessExited(9),
    ]);
    expect(await within(shim.read(expected.length))).toEqual(expected);
  });

  it('a packet of an agent beyond the limit ends its VM, and no other', async () => {
    const proxied = await world({ limits: { maxPacketBytes: 20_000 } });
    const { client, agent } = await proxied.greeted();
    const other = await proxied.greeted('pod-80');
    const { ioBase, session } = await client.allocate(1);
    await agent.output(ioBase, 'before');
    await agent.output(ioBase, '', 20_001);
    expect((await within(session.read(1000))).subarray(12).toString()).toBe('before');
    expect(proxied.proxy.containers().map(({ state }) => state)).toEqual(['lost', 'running']);
    expect((await other.client.ask('hyper', { hyperName: 'ping' })).success).toBe(true);
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}
