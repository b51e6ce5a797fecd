import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { hyperstartCodes, type HyperstartName } from '../wire/hyperstart/commands.js';
import { ControlReader, encodeControlPacket } from '../wire/hyperstart/control-packet.js';
import { encodeIoPacket, IoReader } from '../wire/hyperstart/io-packet.js';
import { createVmAgent, type VmAgent, type VmAgentOptions } from './vm-agent.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** What a proxy does with an agent's two sockets, packet by packet. */
async function proxyOf(agent: VmAgent) {
  const ctl = connect(agent.ctlSerial);
  const io = connect(agent.ioSerial);
  open.push({ close: () => [ctl.destroy(), io.destroy()] });
  const packets = queue<string>();
  const output = queue<[bigint, string]>();
  const control = new ControlReader((code, payload) => {
    const name = Object.entries(hyperstartCodes).find(([, each]) => each === code)?.[0] ?? String(code);
    packets.put(
      code === hyperstartCodes.next ? `next ${payload[3]}` : `${name} ${Buffer.from(payload).toString()}`.trim(),
    );
  });
  const streams = new IoReader(({ stream, data }) => output.put([stream, Buffer.from(data).toString('latin1')]));
  ctl.on('data', (chunk: Uint8Array) => control.push(chunk));
  io.on('data', (chunk: Uint8Array) => streams.push(chunk));
  await Promise.all([once(ctl, 'connect'), once(io, 'connect')]);
  return {
    ctl,
    io,
    packets,
    output,
    send: (name: HyperstartName, data?: unknown) =>
      ctl.write(encodeControlPacket(hyperstartCodes[name], data === undefined ? '' : JSON.stringify(data))),
    /** The answer, without what says how much was read. */
    async ask(name: HyperstartName, data?: unknown) {
      this.send(name, data);
      for (;;) {
        const packet = await packets.take();
        if (!packet.startsWith('next')) return packet;
      }
    },
    type: (stream: bigint, text: string) => io.write(encodeIoPacket(stream, Buffer.from(text, 'latin1'))),
    /** Output of one stream until the exit status behind its end, with it. */
    async outputOf(stream: bigint) {
      let text = '';
      for (let hasEnded = false; ;) {
        const [number, data] = await output.take();
        if (number !== stream) continue;
        if (hasEnded && data.length === 1) return { text, status: data.charCodeAt(0) };
        if (data === '') hasEnded = true;
        text += data;
      }
    },
  };
}

function queue<T>() {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put(item: T) {
      const next = waiting.shift();
      if (next === undefined) items.push(item);
      else next(item);
    },
    take: (): Promise<T> => {
      const [item] = items.splice(0, 1);
      return item === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(item);
    },
  };
}

async function start(options?: VmAgentOptions) {
  const agent = await createVmAgent(options);
  open.push(agent);
  const proxy = await proxyOf(agent);
  if (options?.isReady !== false) expect(await proxy.packets.take()).toBe('ready');
  return { agent, proxy };
}

const container = (id: string, stdio: number, ...args: string[]) => ({
  id,
  process: { args, stdio, stderr: stdio + 1, envs: [{ env: 'NAME', value: 'pear' }], workdir: '/srv' },
});

describe('the control socket of the agent', () => {
  it('counts what it has read, then answers', async () => {
    const { agent, proxy } = await start();
    proxy.send('ping');
    expect([await proxy.packets.take(), await proxy.packets.take()]).toEqual(['next 8', 'ack']);
    proxy.send('startpod', { hostname: 'p' });
    expect([await proxy.packets.take(), await proxy.packets.take(), await proxy.packets.take()]).toEqual([
      'next 8',
      'next 16',
      'ack',
    ]);
    expect(agent.commands.map(({ name, payload }) => [name, Buffer.from(payload).toString()])).toEqual([
      ['ping', ''],
      ['startpod', '{"hostname":"p"}'],
    ]);
  });

  it('takes commands in pieces, and several at once', async () => {
    const { proxy } = await start();
    const ping = encodeControlPacket(hyperstartCodes.ping);
    for (const byte of Buffer.concat([ping, ping])) proxy.ctl.write(Uint8Array.of(byte));
    for (const expected of ['next 8', 'ack', 'next 8', 'ack']) expect(await proxy.packets.take()).toBe(expected);
  });

  it('answers what a test wants instead', async () => {
    const replies = [{ error: 'why' }, { code: 12 }, { ack: 'done' }, undefined, () => Promise.reject(new Error('oh'))];
    const { proxy } = await start({
      onCommand: async () => {
        const reply = replies.shift();
        return typeof reply === 'function' ? reply() : reply;
      },
    });
    const answers: string[] = [];
    for (let i = 0; i < 5; i++) answers.push(await proxy.ask('ping'));
    expect(answers).toEqual(['error why', 'ping', 'ack done', 'ack', 'error oh']);
  });

  it('stays silent where it is told to, and is ready when it is told to be', async () => {
    const { agent, proxy } = await start({ isReady: false, onCommand: () => 'silence' });
    const came = agent.nextCommand('ping');
    proxy.send('ping');
    await came;
    expect(await proxy.packets.take()).toBe('next 8');
    agent.sendControl(hyperstartCodes.ready);
    expect(await proxy.packets.take()).toBe('ready');
  });

  it('ends a connection that breaks the protocol', async () => {
    const { proxy } = await start();
    proxy.ctl.write(Buffer.from('00000001ffffffff', 'hex'));
    await once(proxy.ctl, 'close');
  });

  it('takes another proxy when the first is gone', async () => {
    const { agent, proxy } = await start();
    agent.disconnect();
    await Promise.all([once(proxy.ctl, 'close'), once(proxy.io, 'close')]);
    const second = await proxyOf(agent);
    expect(await second.packets.take()).toBe('ready');
    expect(await second.ask('ping')).toBe('ack');
  });
});

describe('processes of the agent', () => {
  it('write, and end with a status', async () => {
    const { agent, proxy } = await start();
    const started = agent.nextProcess();
    expect(await proxy.ask('newcontainer', container('c1', 1, '/bin/echo', 'out', 'there'))).toBe('ack');
    expect(await proxy.outputOf(1n)).toEqual({ text: 'out there\n', status: 0 });
    const { args, env, workdir, exited } = await started;
    expect([args, env, workdir, await exited]).toEqual([['echo', 'out', 'there'], { NAME: 'pear' }, '/srv', 0]);
  });

  it('read until their input ends', async () => {
    const { proxy } = await start();
    await proxy.ask('newcontainer', container('c1', 1, 'cat'));
    proxy.type(1n, 'one ');
    proxy.type(2n, 'not for it');
    proxy.type(1n, 'two');
    proxy.type(1n, '');
    expect(await proxy.outputOf(1n)).toEqual({ text: 'one two', status: 0 });
  });

  it('run beside one another, in one container', async () => {
    const { agent, proxy } = await start();
    await proxy.ask('newcontainer', container('c1', 1, 'sleep'));
    expect(await proxy.ask('execcmd', { container: 'c1', process: { args: ['exit', '17'], stdio: 3 } })).toBe('ack');
    expect(await proxy.outputOf(3n)).toEqual({ text: '', status: 17 });
    expect(await proxy.ask('pscontainer', { container: 'c1' })).toBe('ack [{"pid":1,"command":"sleep"}]');
    expect(await proxy.ask('killcontainer', { container: 'c1', signal: 15 })).toBe('ack');
    expect(await proxy.outputOf(1n)).toEqual({ text: '', status: 143 });
    expect(agent.processes.map(({ signals }) => signals)).toEqual([[15], []]);
    expect(await proxy.ask('removecontainer', { container: 'c1' })).toBe('ack');
    expect(await proxy.ask('removecontainer', { container: 'c1' })).toBe('error no container c1');
  });

  it('that write for ever are killed', async () => {
    const { proxy } = await start();
    await proxy.ask('newcontainer', container('c1', 1, 'yes', 'no'));
    await proxy.output.take();
    await proxy.ask('killcontainer', { container: 'c1', signal: 9 });
    const { text, status } = await proxy.outputOf(1n);
    expect([text.startsWith('no\nno\n'), status]).toEqual([true, 137]);
  });

  it('take signals that do not end them, and know their window', async () => {
    const { agent, proxy } = await start();
    await proxy.ask('newcontainer', container('c1', 1, 'sh'));
    await proxy.ask('killcontainer', { container: 'c1', signal: 10 });
    expect(await proxy.ask('winsize', { seq: 1, row: 50, column: 132 })).toBe('ack');
    expect(await proxy.ask('winsize', { seq: 9, row: 1, column: 1 })).toBe('error no process has stream 9');
    proxy.type(1n, 'stty size\nexit 4\n');
    expect(await proxy.outputOf(1n)).toEqual({ text: '50 132\n', status: 4 });
    expect(agent.processes[0]).toMatchObject({ signals: [10], windowSize: { rows: 50, columns: 132 } });
  });

  it('of a terminal show what is typed, and end by its keys', async () => {
    const { proxy } = await start();
    const process = { args: ['sh'], stdio: 1, terminal: true, rows: 24, columns: 80 };
    await proxy.ask('newcontainer', { id: 'c1', process });
    proxy.type(1n, 'stty size\r');
    proxy.type(1n, '\x04');
    expect(await proxy.outputOf(1n)).toEqual({ text: expect.stringContaining('24 80\r\n') as string, status: 0 });
    await proxy.ask('execcmd', { container: 'c1', process: { args: ['sleep'], stdio: 3, terminal: true } });
    proxy.type(3n, '\x03');
    expect(await proxy.outputOf(3n)).toEqual({ text: '', status: 130 });
  });

  it('run a line of shell', async () => {
    const { proxy } = await start();
    const line = `echo a  "b c" '$NAME' "$NAME$NONE"; nothing >&2; echo bad >&2; pwd; env; true; false; exit 3; echo never`;
    await proxy.ask('newcontainer', container('c1', 1, 'sh', '-c', line));
    expect(await proxy.outputOf(1n)).toEqual({ text: 'a b c $NAME pear\n/srv\nNAME=pear\n', status: 3 });
    await proxy.ask('execcmd', {
      container: 'c1',
      process: { args: ['sh', '-c', 'true; nothing'], stdio: 3, stderr: 4 },
    });
    const { status } = await proxy.outputOf(3n);
    expect(status).toBe(127);
  });

  it('write errors to their own stream', async () => {
    const { proxy } = await start();
    await proxy.ask('newcontainer', container('c1', 1, 'sh', '-c', 'echo bad >&2'));
    expect(await proxy.output.take()).toEqual([2n, 'bad\n']);
  });

  it('are what a test says', async () => {
    const { proxy } = await start({
      programs: {
        date: async (process) => {
          await process.write('today');
          return 9;
        },
        cat: () => Promise.reject(new Error('a fault in it')),
      },
    });
    await proxy.ask('newcontainer', container('c1', 1, '/usr/bin/date'));
    expect(await proxy.outputOf(1n)).toEqual({ text: 'today', status: 9 });
    await proxy.ask('newcontainer', container('c2', 3, 'cat'));
    expect(await proxy.outputOf(3n)).toMatchObject({ status: 141 });
  });

  it('end with the machine, and with the agent', async () => {
    const { agent, proxy } = await start();
    await proxy.ask('newcontainer', container('c1', 1, 'sleep'));
    expect(await proxy.ask('destroypod')).toBe('ack');
    expect(await proxy.outputOf(1n)).toMatchObject({ status: 137 });
    await proxy.ask('newcontainer', container('c1', 3, 'sleep'));
    await agent.close();
    expect(await agent.processes[1]?.exited).toBe(137);
  });

  it.each([
    ['newcontainer', { id: 'c1', process: { args: ['none'] } }, 'error no program "none"'],
    ['newcontainer', { id: 'c1', process: { args: ['constructor'] } }, 'error no program "constructor"'],
    ['newcontainer', { id: 7 }, 'error id is no string'],
    ['newcontainer', { id: 'c1', process: { args: 'sh' } }, 'error args is no list'],
    ['newcontainer', { id: 'c1', process: { args: [1] } }, 'error args is no list of strings'],
    ['newcontainer', { id: 'c1', process: { args: ['sh'], stdio: -1 } }, 'error stdio is no stream number'],
    ['newcontainer', 7, 'error the command is no JSON object'],
    ['execcmd', { container: 'c1', process: { args: ['true'] } }, 'error no container c1'],
    ['killcontainer', { container: 'c1', signal: 9 }, 'error no container c1'],
  ] as const)('are not started or ended by %s %j', async (name, data, answer) => {
    const { agent, proxy } = await start();
    expect(await proxy.ask(name, data)).toBe(answer);
    expect(agent.processes).toEqual([]);
  });

  it('are not started twice under one name, and a running one is not removed', async () => {
    const { proxy } = await start();
    await proxy.ask('startpod', { containers: [container('c1', 1, 'sleep')] });
    expect(await proxy.ask('newcontainer', container('c1', 3, 'sleep'))).toBe('error container c1 exists');
    expect(await proxy.ask('removecontainer', { container: 'c1' })).toBe('error container c1 is running');
  });
});
