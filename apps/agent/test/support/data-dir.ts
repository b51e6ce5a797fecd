import { openIdentity } from '@moorline/login-client';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { writeMachineName } from '../../src/machine-file.js';
import { testMachine } from './control-plane.js';

/** The data directory of a machine that enrolled at `endpoint` and was told its name. */
export async function enrolledDataDir(endpoint: string, dataDir = temporaryFolder()): Promise<string> {
  const identity = await openIdentity(dataDir);
  const { machineId, sessionToken, ...name } = testMachine;
  identity.write({ machineId, sessionToken, endpoint });
  await identity.close();
  writeMachineName(dataDir, { machineId, machineNumber: name.machineNumber, cluster: name.cluster, host: name.host });
  return dataDir;
}
