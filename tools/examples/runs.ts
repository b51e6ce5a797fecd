import { hasChromium } from '../testenv/chromium.js';
import { hasNatsServer } from '../testenv/nats-server.js';
import type { ControlPlane } from './control-plane.js';
import { callDaemon } from './runs/call-daemon.js';
import { dashboardQuery } from './runs/dashboard-query.js';
import { enrolGpud } from './runs/enrol-gpud.js';
import { natsConsumer } from './runs/nats-consumer.js';

/** An example that is installed, and what it may be run against. */
export interface RunContext {
  /** The project. */
  folder: string;
  /** For data of the run's own; empty. */
  scratch: string;
  /** The same one for all that ask for it, and ended by who made it. */
  controlPlane: () => Promise<ControlPlane>;
  signal: AbortSignal;
}

/** How an example is run as its README says, beside its own tests. */
export interface ExampleRun {
  /** What this machine lacks for it; undefined where it can run. */
  lacks?: string | undefined;
  /** The packages of this repository that it is run against, beside those that it depends on. */
  alsoUses?: readonly string[];
  /** @throws Error where it does anything else than its README says. */
  run(context: RunContext): Promise<void>;
}

/** By the example's name. One that is not here is its own tests and no more. */
export const exampleRuns: Readonly<Record<string, ExampleRun>> = {
  'call-daemon': { run: callDaemon },
  'dashboard-query': {
    lacks: hasChromium ? undefined : 'there is no chromium: install it, or set CHROMIUM_PATH',
    alsoUses: ['@moorline/server'],
    run: dashboardQuery,
  },
  'enrol-gpud': { alsoUses: ['@moorline/server'], run: enrolGpud },
  'nats-consumer': { lacks: hasNatsServer ? undefined : 'there is no nats-server', run: natsConsumer },
};
