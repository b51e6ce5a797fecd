import { constants } from 'node:os';
import {
  addSettingOptions,
  answer,
  answerJson,
  createLogger,
  type Form,
  untilStopped,
  valueOf,
} from '@moorline/app-kit';
import { connectProxy } from '@moorline/proxy-protocol';
import { createProxyServer } from '@moorline/proxy-protocol/server';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { z } from 'zod';
import { aborted } from '../aborted.js';
import { proxySocketOf } from '../proxy/proxy-socket.js';
import { appName, readSettings, some } from '../settings.js';
import { askStatus } from './ask-status.js';

const serveExamples = `
Examples:
  moorline-agent proxy serve --proxy-socket /run/moorline/proxy.sock

Clients of Clear Containers 2.0 to 3.0 are answered on the one socket. A socket that systemd hands over (LISTEN_FDS) comes first.
"start --proxy-socket" does the same within the agent, and reports containers as jobs.`;

const listExamples = `
Examples:
  moorline-agent proxy list
  moorline-agent proxy list --json`;

const signalExamples = `
Examples:
  moorline-agent proxy signal web TERM
  moorline-agent proxy signal sidecar 9 --pod web`;

/** `proxy`: the Clear Containers proxy, and what can be asked of it. */
export function addProxyCommand(program: Command): void {
  const command = program
    .command('proxy')
    .description('run the Clear Containers proxy, list its containers, signal them');
  const serve = command
    .command('serve')
    .description('run the proxy alone, without an agent, until SIGINT or SIGTERM')
    .addHelpText('after', serveExamples);
  addSettingOptions(serve, appName, some('proxySocket', 'logLevel')).action(runProxy);
  const list = command
    .command('list')
    .description('list the containers that the proxy of the running agent knows')
    .option('--json', 'as JSON')
    .addHelpText('after', listExamples);
  addSettingOptions(list, appName, some('dataDir')).action(listContainers);
  const signal = command
    .command('signal')
    .description("send a signal to a container's first process")
    .argument('<CONTAINER>', 'the container')
    .argument('<SIGNAL>', signalForm.accepted, valueOf(signalForm))
    .option('--pod <ID>', "the id by which the proxy knows the container's VM; else the container's")
    .addHelpText('after', signalExamples);
  addSettingOptions(signal, appName, some('proxySocket', 'proxyGeneration')).action(sendSignal);
}

async function runProxy(flags: Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const logger = createLogger({ name: 'moorline-agent', level: settings.logLevel });
  const server = createProxyServer({ logger });
  const { env } = process;
  const path = env['LISTEN_FDS'] === undefined ? proxySocketOf(settings) : settings.proxySocket;
  await server.listen({ env, path });
  await untilStopped(async (signal) => {
    await aborted(signal);
    await server.close();
  });
}

const report = z.object({
  containers: z.array(
    z.object({ containerId: z.string(), generation: z.string(), state: z.string(), sessions: z.number() }),
  ),
});

async function listContainers(flags: Record<string, unknown>): Promise<void> {
  const { engine } = await askStatus(readSettings(flags));
  const containers = report.safeParse(engine.manifolds['proxy']?.report).data?.containers ?? [];
  if (flags['json'] === true) {
    answerJson(containers);
    return;
  }
  const table = new Table({
    head: ['container', 'protocol', 'state', 'streams'],
    style: process.stdout.isTTY ? {} : { head: [], border: [] },
  });
  for (const { containerId, generation, state, sessions } of containers) {
    table.push([containerId, generation, state, sessions]);
  }
  answer(containers.length === 0 ? 'no containers' : table.toString());
}

/** A name or a number, as Linux on amd64 numbers them: those are what the agent inside takes. */
export const signalForm: Form<number> = {
  accepted: 'a signal such as TERM, SIGTERM or 15',
  placeholder: 'SIGNAL',
  parse(input) {
    const text = String(input).toUpperCase();
    const names: Readonly<Record<string, number>> = constants.signals;
    const number = /^\d+$/.test(text) ? Number(text) : names[text.startsWith('SIG') ? text : `SIG${text}`];
    return number !== undefined && number >= 1 && number <= 30 ? number : undefined;
  },
};

async function sendSignal(container: string, signal: number, flags: Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const pod = typeof flags['pod'] === 'string' ? flags['pod'] : container;
  const client = await connectProxy({ path: proxySocketOf(settings), generation: settings.proxyGeneration });
  try {
    if (client.generation === 'v3') await client.attachVm({ containerId: pod });
    else await client.attach(pod);
    await client.killContainer({ container, signal });
  } finally {
    await client.close();
  }
}
