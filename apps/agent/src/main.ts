#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createProgram, runProgram } from '@moorline/app-kit';
import { z } from 'zod';
import { addJobsCommand } from './commands/jobs.js';
import { addLoginCommand } from './commands/login.js';
import { addReplayCommand } from './commands/replay.js';
import { addRunCommand } from './commands/run.js';
import { addStartCommand } from './commands/start.js';
import { addStatusCommand } from './commands/status.js';

const manifest = z.object({ version: z.string(), description: z.string() });
const { version, description } = manifest.parse(
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
);

const firstSteps = `
First steps:
  moorline-agent login --endpoint https://cp.example:8443 --token-file token     enrol this machine
  moorline-agent start                                                           sample it and deliver
  moorline-agent run -- sleep 3                                                  run a command as a job
  moorline-agent jobs                                                            see it listed

The commands share a data directory: give them the same --data-dir.`;

const program = createProgram({ name: 'moorline-agent', description, version })
  // What follows the command of "run" is that command's.
  .enablePositionalOptions()
  .addHelpText('after', firstSteps);
addLoginCommand(program);
addStartCommand(program, version);
addRunCommand(program);
addReplayCommand(program);
addJobsCommand(program);
addStatusCommand(program);

await runProgram(program);
