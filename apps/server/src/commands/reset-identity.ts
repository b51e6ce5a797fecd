import { addSettingOptions, remark } from '@moorline/app-kit';
import { Command } from 'commander';
import { askServer } from '../control/ask-server.js';
import { appName, dataDirSetting, readSettings } from '../settings.js';

/** `machines reset-identity`: for a machine that lost what `POST /moorline/v1/identity` answered. */
export function resetIdentityCommand(): Command {
  const command = new Command('reset-identity')
    .description('let a machine that has lost its Juju identity get a new one; its session token stays')
    .argument('<ID>', 'the id of a machine')
    .addHelpText('after', '\nExample:\n  moorline-server machines reset-identity 6f1c2f0e-…');
  return addSettingOptions(command, appName, dataDirSetting).action(
    async (machine: string, flags: Record<string, unknown>) => {
      const { tag } = await askServer(readSettings(flags).dataDir, 'machines-reset-identity', { machine });
      remark(
        tag === undefined ? 'the machine has no identity yet' : `the machine is ${tag} no more until it asks again`,
      );
    },
  );
}
