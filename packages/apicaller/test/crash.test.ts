import {
  AgentFile,
  apiOpen,
  type Connection,
  ErrChangedPassword,
  isErrConnectImpossible,
  scaryConnect,
} from '@moorline/apicaller';
import { createControllerServer, createMemoryEntityStore } from '@moorline/apicaller/server';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';
import { soak } from '../../../tools/testenv/scale.js';
import type { AgentChildSettings } from './support/agent-child.js';
import type { ControllerChildSettings } from './support/controller-child.js';
import { controllerTag, modelTag, modelUuid } from './support/logged-in.js';

const root = join(import.meta.dirname, '..');
const first = 'provision-password-000000';

beforeAll(() =>
  bundle(root, {
    'agent-child': 'test/support/agent-child.ts',
    'controller-child': 'test/support/controller-child.ts',
  }),
);

function run(program: string, settings: AgentChildSettings | ControllerChildSettings): ChildProcess {
  const child = spawn(process.execPath, [bundled(root, program), JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const newAgent = (dataDir: string, password = first): Promise<AgentFile> =>
  AgentFile.create(dataDir, { tag: 'machine-0', password, nonce: 'n', apiAddresses: ['127.0.0.1:1'], modelTag });

describe('#74 an agent killed', { timeout: 60_000 }, () => {
  /** A controller of one machine, in this process: it outlives the agents. */
  async function controller() {
    const entities = createMemoryEntityStore();
    entities.add({ tag: 'machine-0', nonce: 'n', password: first }, modelUuid);
    const made = createControllerServer({
      controllerUuid: controllerTag.slice('controller-'.length),
      findModel: () => ({}),
      entities,
    });
    const server = createServer().on('upgrade', made.handleUpgrade).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(async () => {
      await made.close();
      server.close();
    });
    return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, entities };
  }

  async function outcomeOf(settings: AgentChildSettings): Promise<string> {
    const child = run('agent-child', settings);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return signal ?? text.trim();
  }

  const rotation = ['before the change', 'draft written', 'draft renamed', 'before SetPasswords', 'after SetPasswords'];
  const others = ['before dialling', 'logged in', 'before GetEntities', 'after GetEntities', 'after the change'];

  it.each(soak(rotation, [...rotation, ...others]))('%s works again within two rounds', async (killAt) => {
    const { url, entities } = await controller();
    const dataDir = temporaryFolder();
    await newAgent(dataDir);
    expect(await outcomeOf({ dataDir, url, killAt })).toBe('SIGKILL');
    const rounds: string[] = [];
    while (rounds.at(-1) !== 'connected' && rounds.length < 3) {
      rounds.push(await outcomeOf({ dataDir, url, killAt: '' }));
    }
    expect([['connected'], ['changed', 'connected']]).toContainEqual(rounds);
    const config = (await AgentFile.open(dataDir, 'machine-0')).currentConfig();
    const password = config.apiInfo()?.password ?? '';
    expect(password).not.toBe(first);
    expect(await entities.isPassword('machine-0', password, modelUuid)).toBe(true);
  });
});

describe('a controller killed', { timeout: 60_000 }, () => {
  async function start(settings: ControllerChildSettings): Promise<{ port: number; ended: Promise<unknown[]> }> {
    const child = run('controller-child', settings);
    const ended = once(child, 'close');
    const [line] = (await once(child.stdout?.setEncoding('utf8') ?? child, 'data')) as [string];
    return { port: (JSON.parse(line) as AddressInfo).port, ended };
  }

  /** Connects as an agent does, again after a replaced password; what failed otherwise is counted. */
  async function connect(agent: AgentFile, port: number): Promise<Connection | 'failed'> {
    const open: typeof apiOpen = (info, options) =>
      apiOpen({ ...info, addrs: [`ws://127.0.0.1:${port}`] }, { ...options, allowInsecureWs: true });
    try {
      return await scaryConnect(agent, open);
    } catch (error) {
      // Whatever happens to the controller, the agent is not sent away for good.
      expect(isErrConnectImpossible(error)).toBe(false);
      return error === ErrChangedPassword ? connect(agent, port) : 'failed';
    }
  }

  const steps = ['upgrade', 'password', 'before the new password', 'after the new password'];
  const others = ['connection', 'model', 'find 1', 'find 2', 'find 3'];

  it.each(soak(steps, [...steps, ...others]))(
    'at "%s" is connected to again when it is back, with no password lost',
    async (killAt) => {
      const passwordFile = join(temporaryFolder(), 'password');
      await writeFile(passwordFile, first);
      const agent = await newAgent(temporaryFolder());
      const doomed = await start({ passwordFile, port: 0, killAt });
      expect(await connect(agent, doomed.port)).toBe('failed');
      expect((await doomed.ended)[1]).toBe('SIGKILL');

      const { port } = await start({ passwordFile, port: doomed.port, killAt: '' });
      const connection = await connect(agent, port);
      if (connection === 'failed') throw new Error('it did not connect');
      await connection.close();
      expect(agent.currentConfig().apiInfo()?.password).toBe(await readFile(passwordFile, 'utf8'));
      expect(await readFile(passwordFile, 'utf8')).not.toBe(first);
    },
  );
});
