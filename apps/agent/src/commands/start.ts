import { addSettingOptions, createLogger, openDataDir, readNatsAccess, untilStopped } from '@moorline/app-kit';
import { createEngine, rankedErrors } from '@moorline/apicaller/engine';
import { systemClock } from '@moorline/core';
import type { Command } from 'commander';
import { createBell } from '../bell.js';
import { openRemoteSettings } from '../controller/remote-settings.js';
import { openRunningJobs } from '../jobs/running-jobs.js';
import { keepEndpoint, openSession } from '../session.js';
import { createSampleHistory } from '../session-methods/sample-history.js';
import { agentSettings, appName, readSettings } from '../settings.js';
import { openControl } from '../workers/control.js';
import { type AgentContext, agentManifolds } from '../workers/manifolds.js';

const examples = `
Examples:
  moorline-agent start
  moorline-agent start --endpoint http://127.0.0.1:8080 --allow-insecure-http --interval 10s
  moorline-agent start --nats tls://nats.example --nats-creds-file agent.creds
  MOORLINE_AGENT_SPOOL_MAX=1GiB moorline-agent start`;

/** `start`: the daemon. */
export function addStartCommand(program: Command, version: string): void {
  const command = program
    .command('start')
    .description('run the agent: sample this machine and deliver what waits, until SIGINT or SIGTERM')
    .addHelpText('after', examples);
  addSettingOptions(command, appName, agentSettings).action(async (flags: Record<string, unknown>) => {
    const settings = readSettings(flags);
    const dataDir = openDataDir(settings.dataDir);
    const logger = createLogger({ name: 'moorline-agent', level: settings.logLevel });
    // What a person has to put right is told at once; everything that may pass is tried again by the engine.
    await openSession({ ...settings, dataDir });
    if (settings.nats.length > 0) await readNatsAccess(settings);
    const context: AgentContext = {
      settings: { ...settings, dataDir },
      version,
      startedAt: Math.floor(systemClock.now() / 1000),
      jobs: openRunningJobs(dataDir),
      samples: createSampleHistory(),
      remote: openRemoteSettings(dataDir),
      bell: createBell(),
      jobBell: createBell(),
      logger,
    };
    const engine = createEngine({ ...rankedErrors(() => 0), errorDelayMs: 1000, maxDelayMs: 15_000, logger });
    const server = await openControl(context, engine);
    try {
      if (settings.endpoint !== undefined) await keepEndpoint(dataDir, settings.endpoint);
    } catch (error) {
      await server.close();
      throw error;
    }
    engine.installAll(agentManifolds(context, server, engine));
    logger.info({ dataDir, version }, 'the agent is started');
    await untilStopped(async (signal) => {
      signal.addEventListener('abort', () => engine.kill(), { once: true });
      await engine.wait();
    });
    logger.info({}, 'the agent is stopped');
  });
}
