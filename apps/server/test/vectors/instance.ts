import { rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { once } from 'node:events';
import { clusterFile } from '../../../../tools/testenv/cc-captures.js';
import { makeTokens } from '../../../../tools/testenv/cc-tokens.js';
import type { ControlInput } from '../../src/control/protocol.js';
import { type RunningProgram, serve } from '../child.js';
import { askServer } from '../../src/control/ask-server.js';
import { temporaryDirectory } from '../support.js';

/** The servers of the captures, by the flags that matter. */
export const instances = {
  rest: ['--machine-state'],
  cached: [],
  iplist: ['--allowed-ips', '10.1.1.1', '--validate-users'],
  noauth: ['--disable-authentication'],
  nats: [],
} as const satisfies Record<string, readonly string[]>;

export type InstanceName = keyof typeof instances;

/** One server of the captures: a process of its own, with their clusters and users. */
export interface Instance extends AsyncDisposable {
  url: string;
  /** Keeps connections alive between the exchanges. */
  agent: Agent;
  /** What stands for `TOKEN`, by the letter of a line. */
  token(letter: string): string;
  /** Resolves when every stopped job is archived. */
  archived(): Promise<void>;
  /** Sets the server's wall clock. @param now Unix milliseconds. */
  setClock(now: number): Promise<void>;
}

const settableClock = new URL('settable-clock.mjs', import.meta.url).href;

const clusters = ['demo', 'demo2', 'alex', 'emmy', 'fritz'];

const user = (username: string, ...roles: ControlInput<'user-add'>['roles']) => {
  return { username, password: `${username}pw`, roles, projects: [], name: '', email: '' };
};

const users = [
  user('admin', 'admin', 'api'),
  user('slurm', 'api'),
  user('alice', 'user', 'api'),
  user('bob', 'user'),
  user('manny', 'manager'),
  user('sue', 'support'),
];

export async function startInstance(name: InstanceName): Promise<Instance> {
  const dataDir = temporaryDirectory();
  const tokens = makeTokens(Date.now());
  const keys = { JWT_PRIVATE_KEY: tokens.keys.privateKey, JWT_PUBLIC_KEY: tokens.keys.publicKey };
  const flags = [
    '--data-dir',
    dataDir,
    '--port',
    '0',
    '--log-level',
    'error',
    '--archive-delay',
    '0s',
    ...instances[name],
  ];
  const program = await serve(flags, keys, settableClock);
  for (const cluster of clusters) {
    await askServer(dataDir, 'cluster-put', { description: clusterFile(cluster), mayReplace: false });
  }
  if (name !== 'noauth') for (const user of users) await askServer(dataDir, 'user-add', user);
  const agent = new Agent({ keepAlive: true });
  return {
    url: program.url,
    agent,
    token: (letter) => tokens.token(letter),
    archived: () => archived(dataDir),
    setClock: (now) => setClock(program, now),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      program.child.kill('SIGTERM');
      await program.ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function setClock({ child }: RunningProgram, now: number): Promise<void> {
  const isSet = once(child, 'message');
  child.send({ now });
  await isSet;
}

async function archived(dataDir: string): Promise<void> {
  const { archiveQueue } = await askServer(dataDir, 'status', null);
  if (archiveQueue > 0) await archived(dataDir);
}
