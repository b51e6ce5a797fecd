#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runProgram } from '@moorline/app-kit';
import { z } from 'zod';
import { createAgentProgram } from './program.js';

const manifest = z.object({ version: z.string(), description: z.string() });
const about = manifest.parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

await runProgram(createAgentProgram(about));
