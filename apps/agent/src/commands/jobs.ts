import { addSettingOptions, answer, answerJson, asTime, dataDirPath, form, valueOf } from '@moorline/app-kit';
import { createCcClient, type Job, jobStates } from '@moorline/cc-api';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { openSession } from '../session.js';
import { appName, readSettings, some } from '../settings.js';
import { asSpan } from './output.js';

const examples = `
Examples:
  moorline-agent jobs
  moorline-agent jobs --state running
  moorline-agent jobs --cluster ipsc --limit 100 --json`;

interface JobsFlags extends Record<string, unknown> {
  state?: (typeof jobStates)[number];
  cluster?: string;
  limit: number;
  json?: boolean;
}

/** `jobs`: what the control plane knows of this machine's jobs. */
export function addJobsCommand(program: Command): void {
  const command = program
    .command('jobs')
    .description('list the jobs that the control plane shows this machine, the newest first')
    .option('--state <STATE>', `only these: ${jobStates.join(', ')}`, valueOf(form.choice(...jobStates)))
    .option('--cluster <NAME>', 'only those of this cluster', valueOf(form.text('NAME')))
    .option('--limit <N>', 'this many at most', valueOf(form.integer(1, 100_000)), 25)
    .option('--json', 'as JSON, as the control plane sends them')
    .addHelpText('after', examples);
  addSettingOptions(command, appName, some('endpoint', 'allowInsecureHttp', 'dataDir')).action(
    async (flags: JobsFlags) => {
      const settings = readSettings(flags);
      const session = await openSession({ ...settings, dataDir: dataDirPath(settings.dataDir) });
      const { token } = await session.fetchToken();
      const client = createCcClient({ baseUrl: session.baseUrl, token });
      const { jobs } = await client.listJobs({
        ...(flags.state === undefined ? {} : { states: [flags.state] }),
        ...(flags.cluster === undefined ? {} : { cluster: flags.cluster }),
        itemsPerPage: flags.limit,
        withMetadata: true,
      });
      if (flags.json === true) answerJson(jobs);
      else answer(jobs.length === 0 ? 'no jobs' : jobTable(jobs));
    },
  );
}

/** Plain characters and no colours where the output is no terminal. */
function jobTable(jobs: readonly Job[]): string {
  const table = new Table({
    head: ['job', 'name', 'user', 'cluster', 'nodes', 'state', 'started', 'duration'],
    style: process.stdout.isTTY ? {} : { head: [], border: [] },
  });
  for (const job of jobs) {
    table.push([
      job.jobId,
      job.metaData?.['jobName'] ?? '',
      job.user,
      job.cluster,
      job.numNodes === 1 ? (job.resources[0]?.hostname ?? '1') : job.numNodes,
      job.jobState,
      asTime(job.startTime * 1000),
      asSpan(job.duration),
    ]);
  }
  return table.toString();
}
