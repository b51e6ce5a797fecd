import { readFileSync } from 'node:fs';
import { addSettingOptions, answer, answerJson, remark } from '@moorline/app-kit';
import { Command } from 'commander';
import { openWork } from '../control/open-work.js';
import { ServerError } from '../error.js';
import { appName, readSettings, storeSettings } from '../settings.js';
import { table } from './table.js';

const addExamples = `
FILE is a cluster.json as ClusterCockpit has one in its job archive, or as GET /api/clusters/ answers it.

Examples:
  moorline-server cluster add ./fritz/cluster.json
  moorline-server cluster add ./fritz/cluster.json --replace`;

/** `cluster add`, `cluster list`: what the server knows of clusters. They work with and without a running server. */
export function clusterCommand(): Command {
  return new Command('cluster')
    .description('descriptions of clusters: their nodes, hardware and metrics')
    .addCommand(addCommand())
    .addCommand(listCommand());
}

function addCommand(): Command {
  const command = new Command('add')
    .description('add the description of a cluster')
    .argument('<FILE>', 'a cluster.json')
    .option('--replace', 'put it in the place of another one')
    .addHelpText('after', addExamples);
  return addSettingOptions(command, appName, storeSettings).action(
    async (file: string, flags: Record<string, unknown>) => {
      const description = readJson(file);
      await using work = await openWork(readSettings(flags));
      const mayReplace = flags['replace'] === true;
      const { name, outcome } = await work.ask('cluster-put', { description, mayReplace });
      remark(outcome === 'same' ? `cluster ${name} is described so already` : `cluster ${name} was ${outcome}`);
    },
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ServerError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'bad_cluster_file',
      hint: 'give the path of a JSON file that describes a cluster',
      cause: error,
    });
  }
}

function listCommand(): Command {
  const command = new Command('list')
    .description('list the clusters that are described')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  moorline-server cluster list');
  return addSettingOptions(command, appName, storeSettings).action(async (flags: Record<string, unknown>) => {
    await using work = await openWork(readSettings(flags));
    const clusters = await work.ask('cluster-list', null);
    if (flags['json'] === true) answerJson(clusters);
    else {
      const rows = clusters.map(({ name, subClusters, metrics }) => [name, String(subClusters), String(metrics)]);
      answer(table(['CLUSTER', 'SUBCLUSTERS', 'METRICS'], rows));
    }
  });
}
