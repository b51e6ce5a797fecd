import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIdentity } from '@moorline/login-client';
import { onTestFinished } from 'vitest';
import { writeMachineName } from '../../src/machine-file.js';
import { testMachine } from './control-plane.js';

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-agent-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The data directory of a machine that enrolled at `endpoint` and was told its name. */
export async function enrolledDataDir(endpoint: string, dataDir = temporaryFolder()): Promise<string> {
  const identity = await openIdentity(dataDir);
  const { machineId, sessionToken, ...name } = testMachine;
  identity.write({ machineId, sessionToken, endpoint });
  await identity.close();
  writeMachineName(dataDir, { machineId, machineNumber: name.machineNumber, cluster: name.cluster, host: name.host });
  return dataDir;
}
