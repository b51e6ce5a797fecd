import { availableParallelism, loadavg } from 'node:os';
import { connectSession, type HealthState, login, type SessionHandlers } from '@moorline/login-client';

export interface AgentOptions {
  /** Of the control plane: `https://cp.example:8443`; plain `http://` goes to this machine only. */
  endpoint: string;
  /** Registration token: what a machine enrols with, once. */
  token: string;
  /** Where the machine's identity is kept; made where it is missing, for its owner's eyes alone. */
  dataDir: string;
  /** Ends the agent, whatever it is doing. */
  signal: AbortSignal;
  print: (line: string) => void;
}

/** Enrols this machine unless it is enrolled already, then answers the control plane until `signal` ends it. */
export async function runAgent({ endpoint, token, dataDir, signal, print }: AgentOptions): Promise<void> {
  const common = { dataDir, signal, allowInsecureHttp: true };
  const { machineId, wasSkipped } = await login({ ...common, endpoint, token, timeoutMs: 30_000 });
  print(`${machineId} ${wasSkipped ? 'was enrolled before' : 'is enrolled'}`);

  const session = connectSession({
    ...common,
    // One machine comes at once. Leave this out for a fleet, which would come at once too.
    startDelayMs: 0,
    handlers,
    onChange({ phase, delayMs, error }) {
      const next = phase === 'waiting' && delayMs !== undefined ? `, again in ${Math.ceil(delayMs / 1000)} s` : '';
      print(`session: ${phase}${next}${error === undefined ? '' : ` (${error.message})`}`);
    },
  });
  // What passes is tried again for ever. This rejects for what does not: an identity that was deleted, say.
  await session.finished;
}

const handlers: SessionHandlers = {
  states: () => ({ states: [{ component: 'cpu', states: [loadState()] }] }),
  // A method without a handler is answered with success. Refuse what is not done.
  reboot: () => ({ error: 'this agent does not reboot its machine', error_code: 501 }),
};

function loadState(): HealthState {
  const [load = 0] = loadavg();
  const isBusy = load > availableParallelism();
  return {
    time: new Date().toISOString(),
    name: 'load',
    health: isBusy ? 'Degraded' : 'Healthy',
    reason: `${load.toFixed(2)} processes wanted one of ${availableParallelism()} processors in the last minute`,
  };
}
