import { type Logger, withDeadline } from '@moorline/core';
import { collectInventory, type SessionHandler, type SessionHandlers } from '@moorline/login-client';
import { Components, type ComponentSources } from './components.js';
import { rebootMethod } from './reboot.js';

/** What the methods need to know. */
export interface SessionMethodsOptions extends ComponentSources {
  machineId: string;
  /** Of this agent. */
  version: string;
  /** Whether the control plane may reboot this machine. */
  allowReboot: boolean;
  /** Has the machine sampled soon. */
  sampleSoon: () => void;
  logger: Logger;
}

/** Milliseconds that a check waits for a new sample, before it tells the last one. */
const checkTimeoutMs = 5000;

/**
 * What the control plane may ask of this agent over its session; `updateToken` and `getToken` are answered by the session
 * itself. What would change the machine is refused, since no answer means success in this protocol.
 */
export function sessionMethods(options: SessionMethodsOptions): SessionHandlers {
  const { machineId, version, samples, sampleSoon, clock, logger, allowReboot } = options;
  const components = new Components(options);

  const check = async (names: readonly string[], signal: AbortSignal) => {
    const sampled = names.filter((name) => options.sources.includes(name)).map((name) => samples.next(name));
    if (sampled.length > 0) {
      sampleSoon();
      const all = async (): Promise<void> => void (await Promise.all(sampled));
      await withDeadline(all, { signal, timeoutMs: checkTimeoutMs, clock }).catch(() => signal.throwIfAborted());
    }
    return { states: components.states(names) };
  };

  /** By name, or all that have the tag: a component's only tag is its name. */
  const triggerComponent: SessionHandler = async ({ component_name: name = '', tag_name: tag = '' }, { signal }) => {
    if (name !== '') return components.names.includes(name) ? check([name], signal) : { error_code: 404 };
    return components.names.includes(tag) ? check([tag], signal) : {};
  };

  return {
    ...refused,
    states: ({ components: names }) => ({ states: components.states(names) }),
    metrics: ({ components: names, since }) => ({ metrics: components.metrics(names, since) }),
    events: ({ components: names, start_time: start, end_time: end }) => ({
      events: components.events(names, start, end),
    }),
    async gossip(_request, { signal }) {
      const { machineInfo } = await collectInventory({ agentVersion: version, signal, clock, logger });
      return { gossip_request: { machineID: machineId, machineInfo } };
    },
    triggerComponent,
    triggerComponentCheck: triggerComponent,
    packageStatus: () => ({}),
    setHealthy: () => ({}),
    reboot: rebootMethod({ isAllowed: allowReboot, clock, logger }),
    diagnostic: () => ({ diagnostic: { accepted: false, reason: 'unsupported_diagnostic_type' } }),
    kapMTLSStatus: () => ({ kap_mtls_status: { certificate_not_after: '0001-01-01T00:00:00Z' } }),
  };
}

const refuse =
  (what: string): SessionHandler =>
  () => ({
    error: `this agent does not ${what}`,
    error_code: 501,
  });

const refused: SessionHandlers = {
  update: refuse('update itself'),
  updateConfig: refuse('take its configuration from the control plane'),
  bootstrap: refuse('run scripts'),
  injectFault: refuse('inject faults'),
  setPluginSpecs: refuse('run plugins'),
  deregisterComponent: refuse('run plugins'),
  delete: refuse('install packages'),
  logout: refuse('log out: remove its data directory on the machine'),
  updateKAPMTLSCredentials: refuse('have a mTLS agent'),
  activateKAPMTLS: refuse('have a mTLS agent'),
  nodeCredentials: refuse('write credentials'),
};
