import { type ApiCaller, jujuCodeOf } from '@moorline/apicaller';

/**
 * Asks a Juju controller whether a machine is to live on.
 *
 * @returns `alive`, `dying` or `dead`; undefined where the controller does not know the machine.
 * @throws what the call rejects with, and Error for an answer that is none.
 */
export async function machineLife(connection: ApiCaller, tag: string): Promise<string | undefined> {
  try {
    const answer = await connection.apiCall('Agent', 3, '', 'GetEntities', { entities: [{ tag }] });
    return readLife(answer);
  } catch (error) {
    if (jujuCodeOf(error) === 'not found') return undefined;
    throw error;
  }
}

/** What a controller sends is looked at before it is believed. */
function readLife(answer: unknown): string {
  const [entity] = (answer as { entities?: { life?: unknown }[] } | null)?.entities ?? [];
  if (typeof entity?.life !== 'string') throw new Error(`not a life: ${JSON.stringify(answer)}`);
  return entity.life;
}
