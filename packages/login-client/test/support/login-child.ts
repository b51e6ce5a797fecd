/** A login in a process of its own that kills itself after the step it is told (test/kill.test.ts). */
import { readFileSync, writeSync } from 'node:fs';
import type { LogMethod } from '@moorline/core';
import { login } from '../../src/index.js';
import { smallMachine } from './machine.js';

const settings: unknown = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const { port, dataDir, killAfter } = settings as { port: number; dataDir: string; killAfter: string };

const tell: LogMethod = (_fields, message) => {
  writeSync(1, `${message}\n`);
  if (message.startsWith(killAfter)) process.kill(process.pid, 'SIGKILL');
};

await login({
  endpoint: `http://127.0.0.1:${port}`,
  allowInsecureHttp: true,
  token: 'reg-7f3c9a',
  dataDir,
  publicIp: '203.0.113.24',
  privateIp: '10.40.2.17',
  nodeLabels: { rack: 'r42' },
  inventory: smallMachine,
  logger: { debug: tell, info: tell, warn: tell, error: tell },
});
