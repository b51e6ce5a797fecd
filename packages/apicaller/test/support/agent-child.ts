import { AgentFile, apiOpen, isErrChangedPassword, scaryConnect } from '@moorline/apicaller';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** Settings, as JSON in the first argument. */
export interface AgentChildSettings {
  dataDir: string;
  url: string;
  /** The step at which the process kills itself; empty for none. */
  killAt: string;
}

/**
 * An agent that connects once and says with what: `connected`, `changed`, or an error. Killed at a step, it says nothing
 * more: SIGKILL leaves no time for that.
 */
const { dataDir, url, killAt } = JSON.parse(process.argv[2] ?? '') as AgentChildSettings;

function step(name: string): void {
  if (name === killAt) process.kill(process.pid, 'SIGKILL');
}

const { rename } = fsPromises;
fsPromises.rename = async (from, to) => {
  step('draft written');
  await rename(from, to);
  step('draft renamed');
};
syncBuiltinESMExports();

const agent = await AgentFile.open(dataDir, 'machine-0');
try {
  const connection = await scaryConnect(
    {
      currentConfig: () => agent.currentConfig(),
      changeConfig: async (change) => {
        step('before the change');
        await agent.changeConfig(change);
        step('after the change');
      },
    },
    async (info, options) => {
      step('before dialling');
      const opened = await apiOpen({ ...info, addrs: [url] }, { ...options, allowInsecureWs: true });
      step('logged in');
      const { apiCall } = opened;
      opened.apiCall = async (...call) => {
        step(`before ${call[3]}`);
        const answer = await apiCall.apply(opened, call);
        step(`after ${call[3]}`);
        return answer;
      };
      return opened;
    },
  );
  step('connected');
  console.log('connected');
  await connection.close();
} catch (error) {
  console.log(isErrChangedPassword(error) ? 'changed' : String(error));
}
