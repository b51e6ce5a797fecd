import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { type FdPassing, fdPassingOn } from '../src/fd/fd-passing.js';
import { loadLibc } from '../src/fd/libc.js';
import { hyperstartCodes } from '../src/wire/hyperstart/commands.js';
import { encodeControlPacket, encodeNext } from '../src/wire/hyperstart/control-packet.js';
import { encodeV2Message } from '../src/wire/v2/message.js';
import { encodeV2Request } from '../src/wire/v2/request.js';
import { descriptors } from './support/descriptors.js';
import { within } from './support/peers.js';
import { ioPacket, proxyWorld, type V2Peer } from './support/proxy-world.js';

const { ack, error, next, ping, ready } = hyperstartCodes;
const packet = (code: number, payload?: string): Uint8Array => encodeControlPacket(code, payload);

/** One message with any header. */
function message(body: string | Uint8Array, { length, flags = 0 }: { length?: number; flags?: number } = {}): Buffer {
  const bytes = Buffer.from(body);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(length ?? bytes.length);
  header.writeUInt32BE(flags, 4);
  return Buffer.concat([header, bytes]);
}

const isClosed = async (peer: V2Peer): Promise<boolean> => (await within(peer.read(1))).length === 0;

describe('v2 messages', () => {
  it('conformance 4, 5: the server takes requests in any pieces, and answers those that came at once in order', async () => {
    const client = await (await proxyWorld()).v2();
    const requests = Buffer.concat([message('{"id":"one"}'), message('{"id":"two"}')]);
    for (const byte of requests) client.write(Buffer.of(byte));
    expect([(await client.answer()).error, (await client.answer()).error]).toEqual([
      "no payload named 'one'",
      "no payload named 'two'",
    ]);
  });

  it('conformance 6: lengths count bytes', async () => {
    const client = await (await proxyWorld()).v2();
    client.write(encodeV2Request('attach', { containerId: 'pød-7' }));
    const answer = await client.read('message');
    expect(answer.readUInt32BE()).toBe(answer.length - 8);
    expect(answer.subarray(8).toString()).toContain('unknown containerID: pød-7');
  });

  it('conformance 7: a body of 1 MiB is taken, one byte more ends the connection', async () => {
    const world = await proxyWorld();
    const padded = (bytes: number): Buffer => message(`{"id":"zz"}`.padEnd(bytes));
    const client = await world.v2();
    await writeAll(client, padded(1_048_576));
    expect((await client.answer()).error).toBe("no payload named 'zz'");
    client.write(message('', { length: 1_048_577 }));
    expect(await isClosed(client)).toBe(true);
    expect(world.logger.records.at(-1)?.fields).toMatchObject({
      code: 'message_too_large',
      error: 'payload size too big: 1048577 (max: 1048576)',
    });
  });

  it('conformance 8: a reserved word that is not zero ends the connection, but not as 2.0.0', async () => {
    const world = await proxyWorld();
    const client = await world.v2();
    client.write(message('{"id":"zz"}', { flags: 1 }));
    expect(await isClosed(client)).toBe(true);
    expect(world.logger.records.at(-1)?.fields).toMatchObject({ error: 'unexpected flags: 0x1' });
    const lenient = await (await proxyWorld({ compat: '2.0.0' })).v2();
    lenient.write(message('{"id":"zz"}', { flags: 1 }));
    expect((await lenient.answer()).error).toBe("no payload named 'zz'");
  });

  it.each([
    ['conformance 9: a length of 0', message('')],
    ['conformance 10: garbage', message('sekjewr')],
    ['conformance 10: an array', message('[]')],
    ['conformance 10: a numeric id', message('{"id":5}')],
    ['conformance 10: a trailing NUL', message('{"id":"zz"}\0')],
  ])('%s ends the connection without an answer', async (_what, bytes) => {
    const client = await (await proxyWorld()).v2();
    client.write(bytes);
    expect(await isClosed(client)).toBe(true);
  });

  it('conformance 10: a trailing newline is answered', async () => {
    const client = await (await proxyWorld()).v2();
    client.write(message('{"id":"zz"}\n'));
    expect((await client.answer()).error).toBe("no payload named 'zz'");
  });

  it('conformance 11: an end of stream in a header, in a body and between messages is taken quietly', async () => {
    const world = await proxyWorld();
    for (const [bytes, answer] of [
      ['0000', ''],
      ['0000000b000000007b22', ''],
      ['0000000b000000007b226964223a227a7a227d', "no payload named 'zz'"],
    ] as const) {
      const client = await world.v3();
      await client.write(Buffer.from(bytes, 'hex'));
      client.halfClose();
      const got = (await within(client.read(1000))).toString();
      expect(answer === '' ? got === '' : got.includes(answer)).toBe(true);
      expect(await client.isClosed()).toBe(true);
    }
    expect(world.logger.records.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it('conformance 12: a request is answered though its sender has ended its side', async () => {
    const client = await (await proxyWorld({ generations: ['v2'] })).v3();
    await client.write(message('{"id":"zz"}'));
    client.halfClose();
    expect((await within(client.read(1000))).toString()).toContain("no payload named 'zz'");
  });

  it('conformance 13: a request without an id is refused, and the connection stays usable', async () => {
    const client = await (await proxyWorld()).v2();
    for (const body of ['{}', '{"foo":1}', 'null']) {
      client.write(message(body));
      expect(await client.answer()).toEqual({ success: false, error: "no 'id' field in request" });
    }
  });

  it('conformance 14: an unknown id is refused by name', async () => {
    const client = await (await proxyWorld()).v2();
    client.write(message('{"id":"<&>"}'));
    expect((await client.answer()).error).toBe("no payload named '<&>'");
  });

  it('conformance 15: names of members are taken in any case, of several the last', async () => {
    const client = await (await proxyWorld()).v2();
    client.write(message('{"ID":"nope","id":"attach","DATA":{"CONTAINERID":"q"}}'));
    expect((await client.answer()).error).toBe('unknown containerID: q');
  });

  it('conformance 16, 17: an answer has what it needs and no more, and a refusal leaves the connection usable', async () => {
    const world = await proxyWorld();
    const { client } = await world.greeted();
    client.write(encodeV2Request('hyper', { hyperName: 'ping' }));
    expect((await client.read('message')).subarray(8).toString()).toBe('{"success":true}');
    client.write(encodeV2Request('hyper', { hyperName: 'bogus' }));
    expect((await client.read('message')).subarray(8).toString()).toBe(
      `{"success":false,"error":"unknown command 'bogus'"}`,
    );
    expect(await client.ask('hyper', { hyperName: 'ping' })).toEqual({ success: true });
  });

  it('conformance 18: no answer is longer than 1024 bytes', async () => {
    const client = await (await proxyWorld()).v2();
    for (const id of ['x'.repeat(5000), '"'.repeat(3000), '<ø'.repeat(2000)]) {
      client.write(encodeV2Message({ id }, 'a request'));
      const body = (await client.read('message')).subarray(8);
      expect(body.length).toBeLessThanOrEqual(1024);
      expect(JSON.parse(body.toString())).toMatchObject({ success: false });
    }
  });

  it('who does not read answers is not read either', async () => {
    const client = await (await proxyWorld()).v2();
    const request = message('{"id":"zz"}');
    let written = 0;
    // Far more than two socket buffers hold.
    const limit = 2_000_000;
    while (written < limit && client.writeSome(request) > 0) {
      written += request.length;
      if (written % (request.length * 500) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(written).toBeLessThan(limit);
    expect((await client.answer()).error).toBe("no payload named 'zz'");
  });
});

describe('hello, attach, bye', () => {
  it('conformance 37: hello waits for READY; 2.1 answers a version, 2.0.0 does not', async () => {
    for (const compat of ['2.2', '2.0.0'] as const) {
      const world = await proxyWorld({ compat });
      const agent = await world.agent({ isReady: false });
      const client = await world.v2();
      client.write(encodeV2Request('hello', agent.hello('pod-7f')));
      await agent.socket('io');
      expect(await client.readWithin(5)).toHaveLength(0);
      await agent.sendControl(encodeNext(8), packet(ready));
      expect(await client.answer()).toEqual(
        compat === '2.2' ? { success: true, data: { version: 1 } } : { success: true },
      );
      expect(world.proxy.containers()).toMatchObject([{ containerId: 'pod-7f', generation: 'v2', state: 'running' }]);
    }
  });

  it('conformance 38: a hello with an empty or missing member is refused, and nothing is registered', async () => {
    const world = await proxyWorld();
    const agent = await world.agent();
    const client = await world.v2();
    for (const name of ['containerId', 'ctlSerial', 'ioSerial']) {
      for (const value of ['', undefined]) {
        const answer = await client.ask('hello', { ...agent.hello('pod-7f'), [name]: value });
        expect(answer).toEqual({ success: false, error: 'malformed hello command' });
      }
    }
    expect((await client.ask('hello')).error).toBe('unexpected end of JSON input');
    expect(world.proxy.containers()).toEqual([]);
    expect((await client.ask('attach', { containerId: '' })).error).toBe('unknown containerID: ');
  });

  it('conformance 39: an id is registered once', async () => {
    const world = await proxyWorld();
    const { client, agent } = await world.greeted();
    expect((await client.ask('hello', agent.hello('pod-7f'))).error).toBe('pod-7f: container already registered');
  });

  it('conformance 40: a dead socket fails the hello, and its id is free again', async () => {
    const world = await proxyWorld();
    const agent = await world.agent();
    const client = await world.v2();
    const nowhere = `${world.folder}/none`;
    const dead = await client.ask('hello', { ...agent.hello('pod-7f'), ctlSerial: nowhere });
    expect(dead.error).toBe(`dial unix ${nowhere}: connect: no such file or directory`);
    const deadIo = await client.ask('hello', { ...agent.hello('pod-7f'), ioSerial: nowhere });
    expect(deadIo.error).toBe(`dial unix ${nowhere}: connect: no such file or directory`);
    await agent.isClosed('ctl');
    expect((await client.ask('hello', agent.hello('pod-7f'))).success).toBe(true);
  });

  it.each([
    ['ERROR', packet(error, 'why'), 'ERROR received from Hyperstart'],
    ['another message', packet(ack), 'CMD ID received 9 not matching expected 8'],
    ['an end of stream', undefined, 'VM of pod-7f is lost: its control channel ended before READY'],
  ])('conformance 41: %s instead of READY fails the hello', async (_what, bytes, text) => {
    const world = await proxyWorld();
    const agent = await world.agent({ isReady: false });
    const client = await world.v2();
    client.write(encodeV2Request('hello', agent.hello('pod-7f')));
    if (bytes === undefined) await agent.hangUp('ctl');
    else await agent.sendControl(bytes);
    expect((await client.answer()).error).toBe(text);
    expect(world.proxy.containers()).toEqual([]);
  });

  it('conformance 42: attach takes what is known, from any connection', async () => {
    const world = await proxyWorld();
    await world.greeted();
    const client = await world.v2();
    expect((await client.ask('attach', { containerId: 'x' })).error).toBe('unknown containerID: x');
    expect((await client.ask('attach')).success).toBe(false);
    expect(await client.ask('attach', { containerId: 'pod-7f' })).toEqual({ success: true, data: { version: 1 } });
    expect((await client.ask('hyper', { hyperName: 'ping' })).success).toBe(true);
  });

  it('conformance 43: an id is known while its hello waits', async () => {
    const world = await proxyWorld();
    const agent = await world.agent({ isReady: false });
    const client = await world.v2();
    client.write(encodeV2Request('hello', agent.hello('pod-7f')));
    await agent.socket('io');
    const other = await world.v2();
    expect((await other.ask('attach', { containerId: 'pod-7f' })).success).toBe(true);
    expect((await other.ask('hello', agent.hello('pod-7f'))).error).toBe('pod-7f: container already registered');
    other.write(encodeV2Request('hyper', { hyperName: 'ping' }));
    await agent.sendControl(packet(ready));
    expect((await client.answer()).success).toBe(true);
    expect((await other.answer()).success).toBe(true);
  });

  it('a client that goes away while its hello waits takes the VM with it; one that ends its side only does not', async () => {
    const world = await proxyWorld();
    const agent = await world.agent({ isReady: false });
    const gone = await world.v2();
    gone.write(encodeV2Request('hello', agent.hello('pod-7f')));
    await agent.socket('io');
    gone.close();
    await agent.isClosed('ctl');
    expect(world.proxy.containers()).toEqual([]);
    const other = await world.agent({ isReady: false });
    const half = await world.v3();
    await half.write(encodeV2Request('hello', other.hello('pod-7f')));
    half.halfClose();
    await other.socket('io');
    await other.sendControl(packet(ready));
    expect((await within(half.read(1000))).toString()).toContain('"success":true');
  });

  it('conformance 60: bye takes an attachment away, whoever says it', async () => {
    const world = await proxyWorld();
    const { client, agent } = await world.greeted();
    const { ioBase, session } = await client.allocate(2);
    const attached = await world.v2();
    await attached.ask('attach', { containerId: 'pod-7f' });
    const stranger = await world.v2();
    expect(await stranger.ask('bye', { containerId: 'pod-7f' })).toEqual({ success: true });
    expect((await stranger.ask('bye', { containerId: 'pod-7f' })).error).toBe('unknown containerID: pod-7f');
    // From 2.1 on all else lives on.
    expect((await attached.ask('hyper', { hyperName: 'ping' })).success).toBe(true);
    await agent.output(ioBase, 'hi');
    expect(await within(session.read(14))).toEqual(ioPacket(ioBase, 'hi'));
    expect(await client.ask('hello', (await world.agent()).hello('pod-7f'))).toMatchObject({ success: true });
    await client.ask('bye', { containerId: 'pod-7f' });
    expect((await client.ask('hyper', { hyperName: 'ping' })).error).toBe('client not attached to a vm');
  });

  it('conformance 60: as 2.0.0, bye ends the sessions too, and nothing crashes', async () => {
    const world = await proxyWorld({ compat: '2.0.0' });
    const { client, agent } = await world.greeted();
    const { session } = await client.allocate(2);
    const stranger = await world.v2();
    expect((await stranger.ask('bye', { containerId: 'pod-7f' })).success).toBe(true);
    expect(await within(session.read(1))).toHaveLength(0);
    await agent.isClosed('ctl');
    expect((await client.ask('hyper', { hyperName: 'ping' })).success).toBe(false);
    expect((await client.ask('allocateIO', { nStreams: 1 })).error).toBe('VM of pod-7f is lost');
  });
});

describe('hyper', () => {
  it('conformance 44: hyper and allocateIO need a VM', async () => {
    const client = await (await proxyWorld()).v2();
    expect((await client.ask('hyper', { hyperName: 'ping' })).error).toBe('client not attached to a vm');
    expect((await client.ask('allocateIO', { nStreams: 1 })).error).toBe('client not attached to a vm');
  });

  it('conformance 45: NEXT and READY in front of the ACK are passed over', async () => {
    const answer = (): Buffer => Buffer.concat([encodeNext(8), packet(ready), encodeNext(0), packet(ack)]);
    const { client, agent } = await (await proxyWorld()).greeted('pod-7f', { answer });
    expect(await client.ask('hyper', { hyperName: 'ping' })).toEqual({ success: true });
    expect(agent.commands).toEqual([{ code: ping, payload: '' }]);
  });

  it('conformance 46: data goes to the agent byte for byte', async () => {
    const { client, agent } = await (await proxyWorld()).greeted();
    for (const data of ['{ "a" :  [1.0,"\\u0041ø"] }', 'null', '""']) {
      client.write(message(`{"id":"hyper","data":{"hyperName":"destroypod","data":${data}}}`));
      await client.answer();
    }
    expect(agent.commands.map(({ payload }) => payload)).toEqual(['{ "a" :  [1.0,"\\u0041ø"] }', 'null', '""']);
  });

  it('conformance 47: an unknown name is refused, and nothing is sent', async () => {
    const { client, agent } = await (await proxyWorld()).greeted();
    for (const hyperName of ['bogus', '', 'finishpod']) {
      expect((await client.ask('hyper', { hyperName })).error).toBe(`unknown command '${hyperName}'`);
    }
    expect((await client.ask('hyper', { hyperName: 'ping' })).success).toBe(true);
    expect(agent.commands).toHaveLength(1);
    const { client: old } = await (await proxyWorld({ compat: '2.0.0' })).greeted();
    expect((await old.ask('hyper', { hyperName: 'finishpod' })).success).toBe(true);
  });

  it('conformance 48: a message of 10,240 bytes goes to the agent, one byte more does not', async () => {
    const { client, agent } = await (await proxyWorld()).greeted();
    const data = 'a'.repeat(10_240 - 8 - 2);
    expect((await client.ask('hyper', { hyperName: 'ping', data })).success).toBe(true);
    expect((await client.ask('hyper', { hyperName: 'ping', data: `${data}a` })).error).toBe('message too long 10241');
    expect(agent.commands.map(({ payload }) => payload.length)).toEqual([10_232]);
  });

  it('conformance 49: what the agent answers otherwise is an error', async () => {
    const answers = [packet(error, 'why'), packet(ping), undefined];
    const { client, agent } = await (await proxyWorld()).greeted('pod-7f', { answer: () => answers.shift() });
    expect((await client.ask('hyper', { hyperName: 'ping' })).error).toBe('ERROR received from Hyperstart');
    expect((await client.ask('hyper', { hyperName: 'ping' })).error).toBe('CMD ID received 12 not matching expected 9');
    client.write(encodeV2Request('hyper', { hyperName: 'ping' }));
    await agent.command(2);
    await agent.hangUp('ctl');
    expect((await client.answer()).error).toBe('VM of pod-7f is lost: its control channel ended before an answer');
    expect((await client.ask('hyper', { hyperName: 'ping' })).error).toContain('write: broken pipe');
  });

  it('conformance 50: commands of several connections come one after the other', async () => {
    const world = await proxyWorld();
    const { client, agent } = await world.greeted('pod-7f', { answer: () => undefined });
    const other = await world.v2();
    await other.ask('attach', { containerId: 'pod-7f' });
    client.write(encodeV2Request('hyper', { hyperName: 'ping', data: 1 }));
    await agent.command(0);
    other.write(encodeV2Request('hyper', { hyperName: 'ping', data: 2 }));
    expect(await other.readWithin(5)).toHaveLength(0);
    expect(agent.commands).toHaveLength(1);
    await agent.sendControl(packet(error));
    expect((await client.answer()).success).toBe(false);
    expect((await agent.command(1)).payload).toBe('2');
    await agent.sendControl(packet(ack));
    expect((await other.answer()).success).toBe(true);
  });

  it("a command that takes too long is refused; its answer is not the next command's", async () => {
    const clock = createFakeClock();
    const world = await proxyWorld({ clock, timeouts: { agentMs: 500 } });
    const { client, agent } = await world.greeted('pod-7f', { answer: () => undefined });
    client.write(encodeV2Request('hyper', { hyperName: 'ping', data: 1 }));
    await agent.command(0);
    await clock.advance(500);
    expect((await client.answer()).error).toBe('the agent of pod-7f took longer than 500 ms');
    client.write(encodeV2Request('hyper', { hyperName: 'ping', data: 2 }));
    expect(await client.readWithin(5)).toHaveLength(0);
    await agent.sendControl(packet(error));
    expect((await agent.command(1)).payload).toBe('2');
    await agent.sendControl(packet(ack));
    expect((await client.answer()).success).toBe(true);
    // One that was never sent is forgotten.
    client.write(encodeV2Request('hyper', { hyperName: 'ping', data: 3 }));
    await agent.command(2);
    const other = await world.v2();
    await other.ask('attach', { containerId: 'pod-7f' });
    other.write(encodeV2Request('hyper', { hyperName: 'ping', data: 4 }));
    await other.readWithin(5);
    await clock.advance(500);
    expect([(await client.answer()).success, (await other.answer()).success]).toEqual([false, false]);
    await agent.sendControl(packet(ack));
    client.write(encodeV2Request('hyper', { hyperName: 'ping', data: 5 }));
    expect((await agent.command(3)).payload).toBe('5');
  });

  it('messages that nobody waits for are passed over', async () => {
    const { client, agent } = await (await proxyWorld()).greeted();
    await agent.sendControl(packet(ack), packet(next), packet(error));
    await client.readWithin(5);
    expect((await client.ask('hyper', { hyperName: 'ping' })).success).toBe(true);
  });
});

describe('allocateIO and its sessions', () => {
  it('conformance 51: numbers are consecutive in a VM, and each VM has its own', async () => {
    const world = await proxyWorld();
    const { client } = await world.greeted();
    expect((await client.allocate(2)).ioBase).toBe(1);
    expect((await client.allocate(1)).ioBase).toBe(3);
    expect((await client.allocate(2)).ioBase).toBe(4);
    const { client: other } = await world.greeted('pod-80');
    expect((await other.allocate(1)).ioBase).toBe(1);
  });

  it('conformance 31, 32, 52: a bad count is refused without a descriptor, and moves nothing', async () => {
    const { client } = await (await proxyWorld()).greeted();
    for (const nStreams of [0, 3, -1, 1.5, '1', undefined]) {
      const answer = await client.ask('allocateIO', { nStreams });
      expect(answer.success).toBe(false);
      expect(answer.data).toBeUndefined();
    }
    expect((await client.allocate(1)).ioBase).toBe(1);
  });

  it('conformance 33: the descriptor comes behind its answer, though the receiver has not read for long', async () => {
    const { client } = await (await proxyWorld()).greeted();
    // More answers than the buffers of a socket hold.
    const requests = Array.from({ length: 900 }, () => message('{"id":"zz"}'));
    const writing = writeAll(client, Buffer.concat([...requests, encodeV2Request('allocateIO', { nStreams: 1 })]));
    // Until the server has stopped reading, since nobody reads what it answers.
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const { length } of requests) expect((await client.read('message')).length).toBeGreaterThan(length);
    await writing;
    expect(await client.answer()).toMatchObject({ success: true, data: { ioBase: 1 } });
    expect((await client.takeDescriptor()).destroyed).toBe(false);
  });

  it('conformance 34, 57: descriptors of clients that are gone are closed', async () => {
    const world = await proxyWorld();
    const { client, agent } = await world.greeted();
    const before = descriptors().length;
    for (let round = 0; round < 20; round++) {
      const gone = await world.v2();
      await gone.ask('attach', { containerId: 'pod-7f' });
      gone.write(encodeV2Request('allocateIO', { nStreams: 2 }));
      gone.close();
    }
    const kept = await client.allocate(1);
    const closing = await client.allocate(2);
    closing.session.close();
    await agent.output(closing.ioBase, 'lost');
    await agent.output(kept.ioBase, 'kept');
    expect(await within(kept.session.read(16))).toEqual(ioPacket(kept.ioBase, 'kept'));
    await within(untilSessions(world, 1));
    await within(until(() => descriptors().length <= before + 2));
  });

  it('conformance 35: without a way to pass descriptors allocateIO is refused, all else works', async () => {
    const importKoffi = (): Promise<never> => Promise.reject(new Error("Cannot find package 'koffi'"));
    const host = { platform: 'linux', arch: 'x64', endianness: 'LE', importKoffi } as const;
    const fdPassing = (): Promise<FdPassing> => loadLibc(host).then(fdPassingOn);
    const { client } = await (await proxyWorld({ fdPassing })).greeted();
    const answer = await client.ask('allocateIO', { nStreams: 1 });
    expect(answer).toEqual({ success: false, error: 'passing descriptors needs koffi, which cannot be loaded' });
    expect((await client.ask('hyper', { hyperName: 'ping' })).success).toBe(true);
  });

  it('conformance 53: output goes by its number; a number that nobody has stops nothing', async () => {
    const { client, agent } = await (await proxyWorld()).greeted();
    const one = await client.allocate(2);
    const two = await client.allocate(1);
    await agent.output(two.ioBase, 'two');
    await agent.output(99, 'lost');
    await agent.output(two.ioBase + 1, 'lost');
    await agent.output(one.ioBase + 1, 'err');
    await agent.output(one.ioBase, 'out');
    expect(await within(one.session.read(30))).toEqual(Buffer.concat([ioPacket(2, 'err'), ioPacket(1, 'out')]));
    expect(await within(two.session.read(15))).toEqual(ioPacket(3, 'two'));
  });

  it('conformance 54: stdin goes to the agent; with another number than ioBase the session ends', async () => {
    const world = await proxyWorld();
    const { client, agent } = await world.greeted();
    const { ioBase, session } = await client.allocate(2);
    await session.write(ioPacket(ioBase, 'ls\n'));
    expect(await agent.input(15)).toEqual(ioPacket(ioBase, 'ls\n'));
    await session.write(ioPacket(ioBase + 1, 'no'));
    expect(await within(session.read(1))).toHaveLength(0);
    expect(world.logger.records.at(-1)?.message).toBe('stdin seq 2 not matching ioBase 1: the session was ended');
    expect(world.proxy.containers()[0]?.sessions).toBe(0);
  });

  it('conformance 55: packets are empty at the least and 10,240 bytes at the most, both ways', async () => {
    const { client, agent } = await (await proxyWorld()).greeted();
    const { ioBase, session } = await client.allocate(1);
    await session.write(ioPacket(ioBase, ''));
    const short = ioPacket(ioBase, '');
    short.writeUInt32BE(3, 8);
    await session.write(short);
    expect(await agent.input(24)).toEqual(Buffer.concat([ioPacket(ioBase, ''), ioPacket(ioBase, '')]));
    await agent.output(ioBase, '', 3);
    expect(await within(session.read(12))).toEqual(ioPacket(ioBase, ''));
    const longest = 'x'.repeat(10_228);
    await agent.output(ioBase, `${longest}x`);
    await agent.output(ioBase, longest);
    expect(await within(session.read(10_240))).toEqual(ioPacket(ioBase, longest));
    await session.write(ioPacket(ioBase, longest));
    expect(await agent.input(10_240)).toEqual(ioPacket(ioBase, longest));
    const tooLong = ioPacket(ioBase, '');
    tooLong.writeUInt32BE(10_241, 8);
    await session.write(tooLong);
    expect(await within(session.read(1))).toHaveLength(0);
  });

  it('conformance 56: the end of a process goes through as it comes, and is told to whoever runs the proxy', async () => {
    const exits: unknown[] = [];
    const starts: unknown[] = [];
    const hooks = {
      processStarted: (process: unknown) => void starts.push(process),
      processExited: (process: unknown) => void exits.push(process),
    };
    const { client, agent } = await (await proxyWorld({ hooks })).greeted();
    for (const code of [0, 17, 255]) {
      const { ioBase, session } = await client.allocate(1);
      await client.ask('hyper', { hyperName: 'newcontainer', data: { id: `ct${code}`, process: { stdio: ioBase } } });
      const end = Buffer.concat([ioPacket(ioBase, 'x'), ioPacket(ioBase, ''), ioPacket(ioBase, '?')]);
      end[end.length - 1] = code;
      (await agent.socket('io')).write(end);
      expect(await within(session.read(end.length))).toEqual(end);
    }
    expect(exits).toEqual([
      { containerId: 'pod-7f', container: 'ct0', ioBase: 1n, exitCode: 0 },
      { containerId: 'pod-7f', container: 'ct17', ioBase: 2n, exitCode: 17 },
      { containerId: 'pod-7f', container: 'ct255', ioBase: 3n, exitCode: 255 },
    ]);
    expect(starts).toHaveLength(3);
  });

  it('conformance 57: a reader that ends its own side only still gets output', async () => {
    const { client, agent } = await (await proxyWorld()).greeted();
    const { ioBase, session } = await client.allocate(1);
    await session.write(ioPacket(ioBase, 'last'));
    session.halfClose();
    expect(await agent.input(16)).toEqual(ioPacket(ioBase, 'last'));
    await agent.output(ioBase, 'still');
    expect(await within(session.read(17))).toEqual(ioPacket(ioBase, 'still'));
  });

  it('conformance 59: sessions outlive the connection that they were given out on', async () => {
    const { client, agent } = await (await proxyWorld()).greeted();
    const { ioBase, session } = await client.allocate(1);
    client.close();
    await agent.output(ioBase, 'hi');
    expect(await within(session.read(14))).toEqual(ioPacket(ioBase, 'hi'));
    await session.write(ioPacket(ioBase, 'in'));
    expect(await agent.input(14)).toEqual(ioPacket(ioBase, 'in'));
  });

  it('conformance 61: a lost VM ends its sessions, and its id stays known until bye', async () => {
    const gone: unknown[] = [];
    const hooks = {
      containerGone: ({ containerId }: { containerId: string }, why: string) => void gone.push([containerId, why]),
    };
    const world = await proxyWorld({ hooks });
    const { client, agent } = await world.greeted();
    const { ioBase, session } = await client.allocate(1);
    await agent.output(ioBase, 'last words');
    await agent.hangUp('io');
    expect(await within(session.read(1000))).toEqual(ioPacket(ioBase, 'last words'));
    await agent.isClosed('ctl');
    expect((await client.ask('hyper', { hyperName: 'ping' })).error).toBe(
      `write unix @->${agent.ctlSerial}: use of closed network connection`,
    );
    expect((await client.ask('allocateIO', { nStreams: 1 })).error).toBe('VM of pod-7f is lost');
    expect((await client.ask('attach', { containerId: 'pod-7f' })).success).toBe(true);
    expect(world.proxy.containers()).toMatchObject([{ containerId: 'pod-7f', state: 'lost', sessions: 0 }]);
    expect((await client.ask('hello', agent.hello('pod-7f'))).error).toBe('pod-7f: container already registered');
    expect((await client.ask('bye', { containerId: 'pod-7f' })).success).toBe(true);
    expect((await client.ask('hello', agent.hello('pod-7f'))).success).toBe(true);
    expect(gone).toEqual([['pod-7f', 'lost']]);
  });
});

async function writeAll(peer: V2Peer, bytes: Buffer): Promise<void> {
  for (let from = 0; from < bytes.length;) {
    const written = peer.writeSome(bytes.subarray(from));
    if (written === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    from += written;
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const untilSessions = (world: Awaited<ReturnType<typeof proxyWorld>>, count: number): Promise<void> =>
  until(() => world.proxy.containers()[0]?.sessions === count);
