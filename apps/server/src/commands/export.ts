import { resolve } from 'node:path';
import { addSettingOptions, remark } from '@moorline/app-kit';
import { Command } from 'commander';
import { openWork } from '../control/open-work.js';
import { appName, readSettings, storeSettings } from '../settings.js';

const examples = `
Each job's folder appears when it is whole, and those that are there stay, so an export that was stopped goes on where
it is started again. A running server writes the files itself, as the user that it runs as.

Examples:
  moorline-server export ./job-archive
  moorline-server export ./job-archive --cluster fritz`;

/** `export`: archived jobs as a ClusterCockpit job archive. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description('write archived jobs as a ClusterCockpit job archive; with and without a running server')
    .argument('<DIR>', 'a folder, made where there is none')
    .option('--cluster <NAME>', 'only the jobs of this cluster')
    .addHelpText('after', examples);
  return addSettingOptions(command, appName, storeSettings).action(
    async (folder: string, flags: { cluster?: string }) => {
      await using work = await openWork(readSettings(flags as Record<string, unknown>));
      const { written, kept } = await work.ask('export-jobs', { folder: resolve(folder), cluster: flags.cluster });
      remark(`${written} jobs written, ${kept} there already`);
    },
  );
}
