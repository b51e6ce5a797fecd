import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { isLoginError } from '@moorline/login-client';
import { runAgent } from '../src/agent.js';
import { startControlPlane } from './control-plane.js';

const token = 'reg-7f3c9a';
let plane: Awaited<ReturnType<typeof startControlPlane>>;
let folder: string;
before(async () => {
  plane = await startControlPlane(token);
  folder = await mkdtemp(join(tmpdir(), 'enrol-'));
});
after(async () => {
  await plane.close();
  await rm(folder, { recursive: true });
});

/** Runs an agent until its session is up, asks it through the session, and ends it. */
async function visit(ask: (machineId: string) => Promise<unknown>) {
  const lines: string[] = [];
  const ended = new AbortController();
  const connected = plane.nextMachine();
  const { endpoint } = plane;
  const print = (line: string) => void lines.push(line);
  const agent = runAgent({ endpoint, token, dataDir: join(folder, 'data'), signal: ended.signal, print });
  const machineId = await Promise.race([connected, agent.then(() => assert.fail('the agent ended'))]);
  const answer = await ask(machineId);
  ended.abort();
  await agent;
  return { machineId, answer, lines };
}

it('enrols, answers, and is the same machine when it comes again', async () => {
  const first = await visit((machineId) => plane.request(machineId, 'states', {}));
  assert.match(JSON.stringify(first.answer), /"component":"cpu".*"health":"(?:Healthy|Degraded)"/);
  assert.equal(first.lines[0], `${first.machineId} is enrolled`);

  const second = await visit((machineId) => plane.request(machineId, 'reboot', {}));
  assert.deepEqual(second.answer, { error: 'this agent does not reboot its machine', error_code: 501 });
  assert.equal(second.lines[0], `${first.machineId} was enrolled before`);
});

it('says what is wrong with a token that the control plane does not know', async () => {
  const options = { endpoint: plane.endpoint, token: 'reg-of-yesterday', dataDir: join(folder, 'refused') };
  const refused = runAgent({ ...options, signal: new AbortController().signal, print: assert.fail });
  await assert.rejects(refused, (error) => isLoginError(error) && error.code === 'invalid_token');
});
