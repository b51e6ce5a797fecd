import { manifold, type Manifold, outputKey, valueWorker } from '@moorline/apicaller/engine';
import type { MachineName } from '../machine-file.js';
import { openSession, type Session } from '../session.js';
import type { AgentSettings } from '../settings.js';

/** An enrolled machine that knows its name. */
export interface NamedSession extends Omit<Session, 'name'> {
  name(): MachineName;
}

export const sessionKey = outputKey<NamedSession>('session');

/**
 * Who this machine is. Runs without the control plane once that has told the machine's name, so that samples and jobs
 * are kept while it is away.
 */
export const identityManifold = (settings: AgentSettings): Manifold =>
  manifold({
    inputs: ['control'],
    async start(context) {
      context.get('control');
      const session = await openSession(settings);
      if (session.name() === undefined) await session.fetchToken({ signal: context.signal });
      const first = session.name();
      if (first === undefined)
        throw new Error(`the machine's name was written to ${settings.dataDir} and is not there`);
      let last = first;
      const name = () => (last = session.name() ?? last);
      return valueWorker<NamedSession>(
        { ...session, name },
        { report: () => ({ endpoint: session.baseUrl, ...name() }) },
      );
    },
    outputs: ({ output }) => [sessionKey.provide(output)],
  });
