import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Program } from '../program.js';
import type { RunContext } from '../runs.js';

/** A machine enrols with a Moorline server and answers it; a token that is none is refused with a code and a hint. */
export async function enrolGpud({ folder: cwd, scratch, controlPlane, signal }: RunContext): Promise<void> {
  const plane = await controlPlane();
  const start = (TOKEN: string, data: string) =>
    Program.script('start', [], { cwd, env: { ENDPOINT: plane.url, TOKEN, DATA_DIR: join(scratch, data) }, signal });

  const [token = ''] = await plane.ask('token', 'create', '--group', 'lab');
  await using agent = start(token, 'data');
  const [, machineId = ''] = await agent.printed(/^(\S+) is enrolled$/m);
  await agent.printed(/^session: connected$/m);
  const answer = (await plane.ask('machines', 'request', machineId, 'states')).join('');
  assert.match(answer, /"component":\s*"cpu"/);
  await agent.interrupt();

  await using refused = start('reg-of-nobody', 'refused');
  assert.equal(await refused.ended(), 1);
  await refused.printed(/^invalid_token: /m);
}
