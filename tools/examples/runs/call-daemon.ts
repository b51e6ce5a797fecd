import assert from 'node:assert/strict';
import { Program } from '../program.js';
import type { RunContext } from '../runs.js';

/** Service and daemon as two programs: one calls the other, and hears it go. */
export async function callDaemon({ folder: cwd, signal }: RunContext): Promise<void> {
  await using service = Program.script('start', [], { cwd, env: { PORT: '0' }, signal });
  const [, url = ''] = await service.printed(/requests to (\S+);/);
  assert.equal((await fetch(url, { signal })).status, 503);

  await using daemon = Program.script('daemon', [], { cwd, env: { SERVICE_URL: new URL(url).origin }, signal });
  await service.printed(/berth-7 is here and speaks v11/);
  assert.deepEqual(await (await fetch(url, { signal })).json(), { result: '1.25.4' });

  await daemon.interrupt();
  await service.printed(/berth-7 is gone/);
  await service.interrupt();
}
