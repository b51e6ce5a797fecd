import { readFileSync } from 'node:fs';
import { addSettingOptions, explain, remark, untilStopped } from '@moorline/app-kit';
import { isMoorlineError } from '@moorline/core';
import { Command } from 'commander';
import { openArchiveFolder } from '../archive-folder/read-folder.js';
import { openWork, type OpenWork } from '../control/open-work.js';
import { ServerError } from '../error.js';
import { appName, readSettings, storeSettings } from '../settings.js';

const examples = `
Jobs that are there already stay as they are, so an import that was stopped goes on where it is started again. What
cannot be read is named and left out; the exit code is 1 then.

Examples:
  moorline-server import /var/lib/cc-backend/job-archive
  moorline-server import ./job-archive --data-dir ./state`;

/** `import`: the jobs of a ClusterCockpit job archive. */
export function importCommand(): Command {
  const command = new Command('import')
    .description('take over the clusters and jobs of a ClusterCockpit job archive; with and without a running server')
    .argument('<DIR>', 'the folder that holds version.txt')
    .addHelpText('after', examples);
  return addSettingOptions(command, appName, storeSettings).action(
    async (folder: string, flags: Record<string, unknown>) => {
      const archive = await openArchiveFolder(folder);
      await using work = await openWork(readSettings(flags));
      const counts = { imported: 0, known: 0, left: 0 };
      await untilStopped(async (signal) => {
        for (const file of archive.clusterFiles) await importCluster(work, file);
        await eachOf(archive.jobs(), atOnce, signal, async (job) => {
          counts[await importJob(work, job)]++;
          if ((counts.imported + counts.known + counts.left) % 200 === 0) remark(`${told(counts)} so far`);
        });
        remark(told(counts));
        if (signal.aborted) throw interrupted();
      });
      if (counts.left > 0) throw incomplete(counts.left);
    },
  );
}

interface Counts {
  imported: number;
  known: number;
  left: number;
}

/** Jobs that are on their way together share commits. */
const atOnce = 16;

const told = ({ imported, known, left }: Counts): string =>
  `${imported} jobs imported, ${known} there already, ${left} left out`;

/** The description that the server has goes before that of the archive. */
async function importCluster(work: OpenWork, file: string): Promise<void> {
  try {
    const description: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const { name, outcome } = await work.ask('cluster-put', { description, mayReplace: false });
    remark(`cluster ${name}: ${outcome === 'same' ? 'described so already' : outcome}`);
  } catch (error) {
    remark(`${file}: ${explain(error)}`);
  }
}

async function importJob(work: OpenWork, folder: string): Promise<keyof Counts> {
  try {
    return (await work.ask('import-job', { folder })).outcome;
  } catch (error) {
    if (!isMoorlineError(error)) throw error;
    remark(`${folder}: ${error.message}`);
    return 'left';
  }
}

/** Does the work for each item, some at once, until there are no more or the signal says stop. */
async function eachOf<T>(
  items: AsyncIterator<T>,
  atOnce: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const worker = async () => {
    while (!signal.aborted) {
      const next = await items.next();
      if (next.done === true) return;
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const interrupted = (): ServerError =>
  new ServerError('the import was stopped before its end', {
    code: 'interrupted',
    hint: 'start it again: it goes on with what is not there yet',
  });

const incomplete = (left: number): ServerError =>
  new ServerError(`${left} jobs were not imported`, {
    code: 'import_incomplete',
    hint: 'each was named above; mend their files and import again, the others stay as they are',
  });
