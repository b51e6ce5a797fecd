import { createProgram } from '@moorline/app-kit';
import type { Command } from 'commander';
import { addAttachCommand } from './commands/attach.js';
import { addJobsCommand } from './commands/jobs.js';
import { addLoginCommand } from './commands/login.js';
import { addProxyCommand } from './commands/proxy.js';
import { addReplayCommand } from './commands/replay.js';
import { addRunCommand } from './commands/run.js';
import { addStartCommand } from './commands/start.js';
import { addStatusCommand } from './commands/status.js';

/** `moorline-agent` with all its commands. */
export function createAgentProgram(about: { version: string; description: string }): Command {
  const program = createProgram({ name: 'moorline-agent', ...about })
    // What follows the command of "run" is that command's.
    .enablePositionalOptions()
    .addHelpText('after', firstSteps);
  addLoginCommand(program);
  addStartCommand(program, about.version);
  addRunCommand(program);
  addReplayCommand(program);
  addJobsCommand(program);
  addStatusCommand(program);
  addAttachCommand(program);
  addProxyCommand(program);
  return program;
}

const firstSteps = `
First steps:
  moorline-agent login --endpoint https://cp.example:8443 --token-file token     enrol this machine
  moorline-agent start                                                           sample it and deliver
  moorline-agent run -- sleep 3                                                  run a command as a job
  moorline-agent jobs                                                            see it listed

The commands share a data directory: give them the same --data-dir.`;
