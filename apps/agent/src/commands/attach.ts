import { addSettingOptions, form, remark, valueOf } from '@moorline/app-kit';
import type { Command } from 'commander';
import { attachTerminal, type Terminal, windowSize } from '../proxy/attach-terminal.js';
import { openProcess } from '../proxy/open-process.js';
import { proxySocketOf } from '../proxy/proxy-socket.js';
import { appName, readSettings, some } from '../settings.js';

const examples = `
Examples:
  moorline-agent attach --proxy-socket /run/moorline/proxy.sock web
  moorline-agent attach web ps aux
  moorline-agent attach --pod web sidecar sh -c 'cat /etc/hosts'
  tar c . | moorline-agent attach web tar x -C /data

Options go before the container: what follows is the command's. The exit code is its own; 128 + signal where a signal ended it. At a
terminal the command gets one too, every key goes to it, and Ctrl-] leaves; elsewhere input, output and errors are passed through.`;

interface AttachFlags extends Record<string, unknown> {
  pod?: string;
}

/** `attach`: a command, or a shell, in a container behind the proxy. */
export function addAttachCommand(program: Command): void {
  const command = program
    .command('attach')
    .description('run a shell or a command in a container of the proxy, with this terminal')
    .argument('<CONTAINER>', 'the container')
    .argument('[COMMAND...]', 'what to run in it, options included; a shell if nothing is said')
    .option(
      '--pod <ID>',
      "the id by which the proxy knows the container's VM; else the container's",
      valueOf(form.text('ID')),
    )
    .passThroughOptions()
    .addHelpText('after', examples);
  addSettingOptions(command, appName, some('proxySocket', 'proxyGeneration')).action(
    async (container: string, args: string[], flags: AttachFlags) => {
      process.exitCode = await attach(container, args, flags);
    },
  );
}

async function attach(container: string, args: readonly string[], flags: AttachFlags): Promise<number> {
  const settings = readSettings(flags);
  const terminal: Terminal = { input: process.stdin, output: process.stdout, errors: process.stderr };
  const opened = await openProcess({
    socket: proxySocketOf(settings),
    generation: settings.proxyGeneration,
    pod: flags.pod ?? container,
    container,
    args: args.length === 0 ? ['sh'] : args,
    size: windowSize(terminal),
  });
  const stop = new AbortController();
  let exitCode = 0;
  const end = (_name: NodeJS.Signals, number: number) => {
    exitCode = 128 + number;
    stop.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, end);
  try {
    const status = await attachTerminal(opened, terminal, stop.signal);
    if (status === undefined) remark(`\nmoorline-agent: left ${container}; what ran in it goes on`);
    return status ?? exitCode;
  } finally {
    for (const name of signals) process.off(name, end);
    await opened.close();
  }
}
