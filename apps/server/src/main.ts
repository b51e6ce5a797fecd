#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createProgram, runProgram } from '@moorline/app-kit';
import { z } from 'zod';
import { checkCommand } from './commands/check.js';
import { jwtCommand } from './commands/jwt.js';
import { machinesCommand } from './commands/machines.js';
import { serveCommand } from './commands/serve.js';
import { statusCommand } from './commands/status.js';
import { tokenCommand } from './commands/token.js';

const manifest = z.object({ version: z.string(), description: z.string() });
const { version, description } = manifest.parse(
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
);

const firstSteps = `
First steps:
  moorline-server serve                          run the control plane here
  moorline-server token create --group lab       what a machine of the group "lab" enrols with
  moorline-server jwt create --role api          what the REST API is used with

The commands reach the running server through a socket in its data directory: give them the same --data-dir.`;

const program = createProgram({ name: 'moorline-server', description, version })
  .addHelpText('after', firstSteps)
  .addCommand(serveCommand(version))
  .addCommand(tokenCommand())
  .addCommand(jwtCommand())
  .addCommand(machinesCommand())
  .addCommand(statusCommand())
  .addCommand(checkCommand());

await runProgram(program);
