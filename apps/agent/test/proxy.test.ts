import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { spawn } from 'node:child_process';
import { controlSocketPath, serveControl } from '@moorline/app-kit';
import { createEngine, type Engine, rankedErrors } from '@moorline/apicaller/engine';
import { openSpool, type Spool } from '@moorline/cc-store/spool';
import { silentLogger } from '@moorline/core';
import { connectProxy, type ProxyClient, type V3ProxyClient } from '@moorline/proxy-protocol';
import { loadFdPassing } from '@moorline/proxy-protocol/fd';
import { createVmAgent, type VmAgent } from '@moorline/proxy-protocol/testing';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { programs } from '../../../tools/testenv/programs.mjs';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { createBell } from '../src/bell.js';
import { readMessage } from '../src/delivery/read-message.js';
import { openRunningJobs, type RunningJobs } from '../src/jobs/running-jobs.js';
import { signalForm } from '../src/commands/proxy.js';
import { createAgentProgram } from '../src/program.js';
import { attachTerminal, type Terminal } from '../src/proxy/attach-terminal.js';
import { openProcess } from '../src/proxy/open-process.js';
import { readSettings } from '../src/settings.js';
import { sessionKey } from '../src/workers/identity.js';
import { proxyManifold } from '../src/workers/proxy.js';
import { spoolKey } from '../src/workers/spool.js';
import { programPath } from './build-program.js';
import { startAgent } from './support/agent.js';
import { testMachine } from './support/control-plane.js';
import { until } from './support/until.js';
import { offering, session } from './support/worker-inputs.js';

const hasKoffi = await loadFdPassing().then(
  () => true,
  () => false,
);
const hasPython = programs.some(({ command }) => command === 'python3' && onPath(command));

function onPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, command)));
}

/** The worker with what it needs, on a socket of its own. */
interface Running {
  dataDir: string;
  socket: string;
  spool: Spool;
  jobs: RunningJobs;
  engine: Engine;
}

let running: Running;
let vm: VmAgent;

beforeEach(async () => {
  const dataDir = temporaryFolder();
  const socket = join(dataDir, 'proxy.sock');
  const spool = await openSpool({ path: join(dataDir, 'spool.db') });
  const jobs = openRunningJobs(dataDir);
  const settings = { ...readSettings({ dataDir }, {}), proxySocket: socket };
  const engine = createEngine({ ...rankedErrors(() => 0), errorDelayMs: 10, maxDelayMs: 50 });
  engine.installAll({
    spool: offering(spoolKey, spool),
    identity: offering(sessionKey, session),
    proxy: proxyManifold(settings, { jobs, bell: createBell(), jobBell: createBell() }, silentLogger),
  });
  vm = await createVmAgent();
  running = { dataDir, socket, spool, jobs, engine };
  onTestFinished(async () => {
    await engine.stop();
    await vm.close();
    await spool.close();
  });
  await until(() => engine.status().manifolds['proxy']?.state === 'started');
});

async function runtime(): Promise<V3ProxyClient> {
  const client = await connectProxy({ path: running.socket, generation: 'v3' });
  onTestFinished(() => client.close());
  return client;
}

async function runtimeOf2(): Promise<ProxyClient> {
  const client = await connectProxy({ path: running.socket });
  onTestFinished(() => client.close());
  return client;
}

/** A container that has its VM and nothing that runs in it. */
async function container(containerId: string): Promise<V3ProxyClient> {
  const client = await runtime();
  await client.registerVm({ containerId, ctlSerial: vm.ctlSerial, ioSerial: vm.ioSerial });
  return client;
}

/** One in which something runs. */
async function busyContainer(containerId: string): Promise<V3ProxyClient> {
  const client = await container(containerId);
  await client.newContainer({ id: containerId, process: { args: ['sleep'] } });
  return client;
}

/** The next thing that is reported. */
async function reported(): Promise<unknown> {
  const { spool } = running;
  await until(async () => (await spool.stats()).entries > 0);
  const [entry] = await spool.take(1);
  if (entry === undefined) throw new Error('another entry waits for one in flight');
  await spool.done([entry.id]);
  return readMessage(entry.body);
}

const report = () => running.engine.status().manifolds['proxy']?.report;

describe('the proxy worker', () => {
  it('lists the containers, and reports each as a job', async () => {
    const client = await container('web');
    expect(report()).toEqual({
      socket: running.socket,
      containers: [{ containerId: 'web', generation: 'v3', state: 'running', sessions: 0 }],
    });
    const start = await reported();
    const jobId = testMachine.machineNumber * 1_000_000_000 + 1;
    expect(start).toMatchObject({
      type: 'start_job',
      job: {
        jobId,
        cluster: testMachine.cluster,
        metaData: { jobName: 'web' },
        resources: [{ hostname: testMachine.host }],
      },
    });
    expect(running.jobs.list()).toMatchObject([{ jobId, process: { pid: process.pid } }]);
    await client.unregisterVm('web');
    const stop = await reported();
    expect(stop).toMatchObject({ type: 'stop_job', stop: { jobId, jobState: 'completed' } });
    await until(() => running.jobs.list().length === 0);
    expect(report()).toMatchObject({ containers: [] });
  });

  it.each([
    ['exit 0', 'completed'],
    ['exit 3', 'failed'],
    ['exit 143', 'cancelled'],
  ])('tells how a container ended by its first process (%s)', async (line, jobState) => {
    const client = await runtime();
    const { tokens } = await client.registerVm({
      ...{ containerId: 'web', ctlSerial: vm.ctlSerial, ioSerial: vm.ioSerial, numIOStreams: 2 },
    });
    const shims = [];
    for (const token of tokens) {
      const shim = await connectProxy({ path: running.socket, generation: 'v3' });
      onTestFinished(() => shim.close());
      shims.push(await shim.connectShim(token));
    }
    const [first, second] = shims;
    await client.newContainer({ id: 'web', process: { args: ['sh'] } }, { token: tokens[0] });
    await client.execCmd({ container: 'web', process: { args: ['exit', '7'] } }, { token: tokens[1] });
    expect(await second?.exited).toBe(7);
    first?.stdin.end(`${line}\n`);
    await first?.exited;
    await client.unregisterVm('web');
    await reported();
    expect(await reported()).toMatchObject({ stop: { jobState } });
  });

  it('reports containers as failed that are lost, and those that the end of the agent takes with it', async () => {
    await container('web');
    vm.disconnect();
    await reported();
    expect(await reported()).toMatchObject({ stop: { jobState: 'failed' } });

    const other = await createVmAgent();
    onTestFinished(() => other.close());
    const client = await runtime();
    await client.registerVm({ containerId: 'db', ctlSerial: other.ctlSerial, ioSerial: other.ioSerial });
    expect(await reported()).toMatchObject({ type: 'start_job' });
    await running.engine.stop();
    expect(await reported()).toMatchObject({ stop: { jobState: 'failed' } });
    expect(running.jobs.list()).toEqual([]);
  });

  it('leaves a container whose start cannot be kept out, and goes on', async () => {
    await running.spool.close();
    const client = await container('web');
    await client.unregisterVm('web');
    expect(running.jobs.list()).toEqual([]);
    expect(report()).toMatchObject({ containers: [] });
    await expect(client.attachVm({ containerId: 'web' })).rejects.toMatchObject({ text: 'unknown containerID: web' });
  });
});

/** What a person types and sees; of a terminal where a size is given. */
function terminalOf(size?: { columns: number; rows: number }) {
  const raw: boolean[] = [];
  const terminal: Terminal & { input: PassThrough; output: PassThrough } = {
    input: Object.assign(new PassThrough(), {
      isTTY: size !== undefined,
      setRawMode: (isRaw: boolean) => raw.push(isRaw),
    }),
    output: Object.assign(new PassThrough(), { isTTY: size !== undefined, ...size }),
    errors: new PassThrough(),
  };
  let seen = '';
  terminal.output.on('data', (chunk: Buffer) => (seen += String(chunk)));
  const sees = async (text: string): Promise<void> => {
    while (!seen.includes(text)) await once(terminal.output, 'data');
  };
  return { terminal, raw, sees, seen: () => seen };
}

describe.each([['v3'], ['v2']] as const)('a terminal in a container, over %s', (generation) => {
  async function opened(args: string[], size?: { columns: number; rows: number }) {
    if (generation === 'v3') await busyContainer('web');
    else {
      const client = await runtimeOf2();
      await client.hello({ containerId: 'web', ctlSerial: vm.ctlSerial, ioSerial: vm.ioSerial });
      await client.newContainer({ id: 'web', process: { args: ['sleep'] } });
    }
    const options = { socket: running.socket, generation, pod: 'web', container: 'web', args, size };
    const process = await openProcess(options);
    onTestFinished(() => process.close());
    return process;
  }

  it.skipIf(generation === 'v2' && !hasKoffi)('is raw, gets every key, and follows changes of size', async () => {
    const size = { columns: 132, rows: 50 };
    const process = await opened(['sh'], size);
    const { terminal, raw, sees } = terminalOf(size);
    const attached = attachTerminal(process, terminal, new AbortController().signal);
    await sees('$ ');
    terminal.input.write('stty size\r');
    await sees('50 132');
    Object.assign(terminal.output, { columns: 80, rows: 24 });
    const resized = vm.nextCommand('winsize');
    terminal.output.emit('resize');
    await resized;
    terminal.input.write('stty size\r');
    await sees('24 80');
    terminal.input.write('exit 5\r');
    expect(await attached).toBe(5);
    expect(raw).toEqual([true, false]);
  });

  it.skipIf(generation === 'v2' && !hasKoffi)('is left with Ctrl-], and by a signal', async () => {
    const size = { columns: 80, rows: 24 };
    const process = await opened(['cat'], size);
    const { terminal, raw, sees } = terminalOf(size);
    const attached = attachTerminal(process, terminal, new AbortController().signal);
    terminal.input.write('abc\r');
    await sees('abc');
    terminal.input.write('\x1d');
    expect(await attached).toBeUndefined();
    expect(raw).toEqual([true, false]);
    const stop = new AbortController();
    const again = attachTerminal(process, terminalOf(size).terminal, stop.signal);
    stop.abort();
    expect(await again).toBeUndefined();
  });

  it.skipIf(generation === 'v2' && !hasKoffi)('is none where there is none: streams are passed through', async () => {
    const process = await opened(['sh', '-c', 'cat; echo warning >&2; exit 3']);
    const { terminal, raw, seen } = terminalOf();
    let errors = '';
    terminal.errors.on('data', (chunk: Buffer) => (errors += String(chunk)));
    terminal.input.end('x'.repeat(100_000));
    expect(await attachTerminal(process, terminal, new AbortController().signal)).toBe(3);
    expect(seen()).toBe('x'.repeat(100_000));
    expect(errors).toBe('warning\n');
    expect(raw).toEqual([]);
  });

  it.skipIf(generation === 'v2' && !hasKoffi)('ends with an error when the VM does', async () => {
    const process = await opened(['cat']);
    const attached = attachTerminal(process, terminalOf().terminal, new AbortController().signal);
    vm.disconnect();
    await expect(attached).rejects.toMatchObject({ name: 'ProxyError', isFatal: true });
  });

  it.skipIf(generation === 'v2' && !hasKoffi)('leaves nothing open where it cannot begin', async () => {
    const options = {
      socket: running.socket,
      generation,
      pod: 'none',
      container: 'none',
      args: ['sh'],
      size: undefined,
    };
    await expect(openProcess(options)).rejects.toMatchObject({ code: 'refused', text: 'unknown containerID: none' });
  });
});

describe('commands', () => {
  /** Runs a command in this process. @returns what it has answered. */
  async function command(...args: string[]): Promise<string> {
    let answered = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      answered += String(chunk);
      return true;
    });
    try {
      const program = createAgentProgram({ version: '0', description: '' });
      await program.parseAsync(['node', 'moorline-agent', ...args]);
    } finally {
      write.mockRestore();
    }
    return answered;
  }
  const atProxy = () => ['--proxy-socket', running.socket, '--proxy-generation', 'v3'];

  it('attach hands output, errors and the exit code on', async () => {
    await busyContainer('web');
    const line = 'cat; echo warning >&2; exit 3';
    const { ended } = startAgent(['attach', ...atProxy(), 'web', 'sh', '-c', line], { input: 'hello' });
    expect(await ended).toEqual({ code: 3, stdout: 'hello', stderr: 'warning\n' });
  });

  it('attach says what is wrong', async () => {
    await expect(command('attach', ...atProxy(), 'none')).rejects.toMatchObject({ text: 'unknown containerID: none' });
    await expect(command('attach', 'web')).rejects.toMatchObject({
      code: 'no_proxy',
      hint: expect.stringContaining('--proxy-socket PATH'),
    });
  });

  it('proxy list asks the running agent which containers it knows', async () => {
    const { dataDir, engine } = running;
    const status = () => ({ version: '0', pid: 1, startedAt: 0, dataDir, engine: engine.status() });
    const control = await serveControl({
      path: controlSocketPath(dataDir, 'agent'),
      handlers: { status: () => Promise.resolve(status()) },
      logger: silentLogger,
    });
    onTestFinished(() => control.close());
    expect(await command('proxy', 'list', '--data-dir', dataDir)).toBe('no containers\n');
    await container('web');
    expect(await command('proxy', 'list', '--data-dir', dataDir)).toMatch(/web.*v3.*running.*0/);
    expect(JSON.parse(await command('proxy', 'list', '--data-dir', dataDir, '--json'))).toEqual([
      { containerId: 'web', generation: 'v3', state: 'running', sessions: 0 },
    ]);
  });

  it.each([
    ['v3', 'TERM', 15],
    ['v2', 'sigusr1', 10],
    ['detect', '9', 9],
  ])('proxy signal reaches the first process of a container, over %s', async (generation, name, number) => {
    await busyContainer('web');
    const at = ['--proxy-socket', running.socket, '--proxy-generation', generation];
    expect(await command('proxy', 'signal', ...at, '--pod', 'web', 'web', name)).toBe('');
    expect(vm.processes[0]?.signals).toEqual([number]);
  });

  it('proxy signal knows the signals that the agent inside knows', () => {
    for (const text of ['NONSENSE', '0', '31', 'SIGRTMIN', '']) expect(signalForm.parse(text), text).toBeUndefined();
    expect(['term', 'SIGWINCH', '1'].map((text) => signalForm.parse(text))).toEqual([15, 28, 1]);
  });

  it('proxy serve answers until it is told to end', async () => {
    const socket = join(running.dataDir, 'alone', 'proxy.sock');
    const { child, said, ended } = startAgent(['proxy', 'serve', '--proxy-socket', socket]);
    await said('proxy listens');
    const client = await connectProxy({ path: socket, generation: 'detect' });
    expect(client.generation).toBe('v3');
    const lost = client.ended;
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stdout: '' });
    expect(await lost).toMatchObject({ code: 'connection_ended' });
    const again = connect(socket);
    await once(again, 'error');
  });

  it.skipIf(!hasPython)('attach at a real terminal: raw, of its size, restored afterwards', async () => {
    await busyContainer('web');
    const terminal = spawn(
      'python3',
      [join(import.meta.dirname, 'support/terminal.py'), process.execPath, programPath],
      {
        env: { ...process.env, MOORLINE_AGENT_PROXY_SOCKET: running.socket, MOORLINE_AGENT_PROXY_GENERATION: 'v3' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void terminal.kill('SIGKILL'));
    let output = '';
    terminal.stdout.on('data', (chunk: Buffer) => (output += String(chunk)));
    const [code] = await once(terminal, 'close');
    expect({ code, output: output.trim().split('\n') }).toEqual({
      code: 0,
      output: ['first size: 50 132', 'second size: 24 80', 'raw: True', 'exit: 5', 'restored: True'],
    });
  });
});
