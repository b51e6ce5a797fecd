import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFile } from '@moorline/apicaller';
import { z } from 'zod';
import { writeDurably } from '../durable-file.js';
import type { CallOptions, MoorlineApi } from '../moorline-api.js';

/** What opening an identity needs of the machine's session. */
export interface IdentitySource {
  machineId: string;
  /** Scheme, host and port of the control plane. */
  baseUrl: string;
  api: Pick<MoorlineApi, 'fetchIdentity'>;
  sessionToken(): Promise<string>;
}

/** The claim is kept from before the first question until the identity is on the disk: then a lost answer comes again. */
const stored = z.object({ machineId: z.string(), claim: z.string(), tag: z.string().optional() });

/**
 * Opens the machine's Juju identity in the data directory, or asks the control plane for it, which gives it once.
 *
 * @throws AgentError `server_refused` (404: no such identities there; 409: it was given before, and is not on this disk),
 * `server_unreachable`, `bad_answer`; ApicallerError `config_invalid`, `config_unwritable`.
 */
export async function openMachineIdentity(
  dataDir: string,
  source: IdentitySource,
  options: CallOptions = {},
): Promise<AgentFile> {
  const { machineId, baseUrl, api } = source;
  const path = join(dataDir, 'juju-identity.json');
  const kept = read(path);
  const known = kept?.machineId === machineId ? kept : undefined;
  if (known?.tag !== undefined && existsSync(join(dataDir, 'agents', known.tag, 'agent.conf')))
    return AgentFile.open(dataDir, known.tag);
  const claim = known?.claim ?? randomBytes(32).toString('base64url');
  if (known === undefined) writeDurably(path, JSON.stringify({ machineId, claim }));
  const identity = await api.fetchIdentity({ machineId, sessionToken: await source.sessionToken(), claim }, options);
  const { tag, modelUUID, controllerUUID, nonce, password, addresses, caCert } = identity;
  const scheme = baseUrl.startsWith('https:') ? 'wss' : 'ws';
  const agent = await AgentFile.create(
    dataDir,
    {
      ...{
        tag,
        nonce,
        password,
        caCert,
        modelTag: `model-${modelUUID}`,
        controllerTag: `controller-${controllerUUID}`,
      },
      apiAddresses: addresses.map((address) => `${scheme}://${address}`),
    },
    // One that is there was never connected with: its tag would be kept.
    { overwrite: true },
  );
  writeDurably(path, JSON.stringify({ machineId, claim, tag }));
  return agent;
}

function read(path: string): z.infer<typeof stored> | undefined {
  try {
    return stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
