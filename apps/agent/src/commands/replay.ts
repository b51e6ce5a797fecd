import { join } from 'node:path';
import {
  addSettingOptions,
  answer,
  form,
  type Form,
  openDataDir,
  remark,
  untilStopped,
  valueOf,
} from '@moorline/app-kit';
import type { Command } from 'commander';
import { AgentError } from '../agent-error.js';
import { natsSubjects } from '../delivery/nats-sender.js';
import { createProgressDisplay, type ProgressDisplay } from '../replay/progress-display.js';
import { replay, type ReplayResult } from '../replay/replay.js';
import { clusterNameOf } from '../replay/replay-cluster.js';
import { openSession } from '../session.js';
import { type AgentSettings, appName, readSettings, some } from '../settings.js';

const examples = `
Examples:
  moorline-agent replay NASA-iPSC-1993-3.1-cln.swf.gz
  moorline-agent replay log.swf --cluster ipsc --speed 1000        a day in 86 seconds
  moorline-agent replay log.swf --limit 100 --nodes 256
  moorline-agent replay log.swf --nats nats://127.0.0.1:4222       into a stream of NATS, in place of REST

The machine must be enrolled with a token that may report for the cluster:
  moorline-server token create --group NAME --cluster '*'

A replay that was ended in any way goes on where it stopped when the same command is given again. Logs in the Standard
Workload Format: https://www.cs.huji.ac.il/labs/parallel/workload/`;

interface ReplayFlags extends Record<string, unknown> {
  cluster?: string;
  nodes?: number;
  speed: number;
  concurrency: number;
  limit?: number;
}

/** Names of clusters become tag values, parts of paths and of file names. */
const clusterName: Form<string> = {
  accepted: 'letters, digits, ".", "_" and "-", 63 at most, a letter or digit first',
  placeholder: 'NAME',
  parse: (input) => (typeof input === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(input) ? input : undefined),
};

const speed: Form<number> = {
  accepted: '"max", or how many times faster than in the log: 1000',
  placeholder: 'SPEED',
  parse(input) {
    const factor =
      input === 'max' ? Infinity : typeof input === 'string' && /^\d+(?:\.\d+)?$/.test(input) ? Number(input) : 0;
    return factor > 0 ? factor : undefined;
  },
};

/** `replay`: a log of another machine as jobs. */
export function addReplayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description('replay a log in the Standard Workload Format as jobs on a cluster described for it')
    .argument('<FILE>', 'the log, plain or packed with gzip')
    .option('--cluster <NAME>', "the cluster's name; else made from the file's", valueOf(clusterName))
    .option('--nodes <N>', 'nodes of the cluster; else as many as the log says', valueOf(form.integer(1, 1_000_000)))
    .addOption(
      program.createOption('--speed <SPEED>', speed.accepted).argParser(valueOf(speed)).default(Infinity, 'max'),
    )
    .option('--concurrency <N>', 'requests at once', valueOf(form.integer(1, 256)), 16)
    .option('--limit <N>', "only the log's first jobs", valueOf(form.integer(1, 1_000_000_000)))
    .addHelpText('after', examples);
  addSettingOptions(command, appName, some('endpoint', 'allowInsecureHttp', 'dataDir', ...ofNats)).action(
    async (file: string, flags: ReplayFlags) => {
      const settings = readSettings(flags);
      await replayFile(file, flags, { ...settings, dataDir: openDataDir(settings.dataDir) });
    },
  );
}

/** What job events over NATS need. */
const ofNats = [
  'nats',
  'natsUser',
  'natsPasswordFile',
  'natsTokenFile',
  'natsNkeyFile',
  'natsCredsFile',
  'natsCaFile',
  'natsAllowPlaintext',
  'natsJobSubject',
] as const;

async function replayFile(file: string, flags: ReplayFlags, settings: AgentSettings): Promise<void> {
  const cluster = flags.cluster ?? clusterNameOf(file);
  const session = await openSession(settings);
  const display = createProgressDisplay(process.stderr.isTTY);
  const isOverNats = settings.nats.length > 0;
  let result: ReplayResult | undefined;
  try {
    await untilStopped(async (signal) => {
      result = await replay({
        logPath: file,
        spoolPath: join(settings.dataDir, 'replay', `${cluster}.db`),
        cluster,
        nodes: flags.nodes,
        speed: flags.speed,
        concurrency: flags.concurrency,
        limit: flags.limit,
        session,
        nats: isOverNats ? { settings, subjects: natsSubjects(settings, cluster) } : undefined,
        signal,
        onProgress: display.show,
        onDefect: createDefectReport(display, file),
        logger: loggerOf(display),
      }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return undefined;
      });
    });
  } finally {
    display.end();
  }
  if (result === undefined) {
    remark('stopped; the same command goes on from here');
    process.exitCode = 130;
    return;
  }
  report(result, cluster, isOverNats ? 'NATS' : 'the control plane');
}

/** @param taker who took the events. */
function report(result: ReplayResult, cluster: string, taker: string): void {
  const { jobs, deliveredEvents, deliveredJobs, seconds, serverShare, spoolShare, rejected, defects } = result;
  if (deliveredEvents === 0 && rejected === 0) answer(`cluster ${cluster} has all ${jobs} jobs of the log already`);
  else {
    const rate = Math.round(deliveredJobs / seconds);
    answer(
      `replayed ${deliveredJobs} of ${jobs} jobs onto cluster ${cluster} in ${seconds.toFixed(1)} s: ${rate} jobs/s`,
    );
    answer(`time: ${percent(serverShare)} waiting for ${taker}, ${percent(spoolShare)} in the spool`);
  }
  if (rejected > 0) {
    throw new AgentError(
      `${taker} did not take ${rejected} events, the first because: ${result.firstRejection ?? ''}`,
      {
        code: 'events_rejected',
        hint: `they are kept in the spool of the replay (replay/${cluster}.db, table "rejected")`,
      },
    );
  }
  if (defects > 0) {
    const lines = defects === 1 ? 'one line' : `${defects} lines`;
    throw new AgentError(`${lines} of the log left out; everything else is delivered`, {
      code: 'log_lines_skipped',
      hint: 'their numbers, and what is wrong with them, are told above',
    });
  }
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Lines that are told one by one; of a file that is no log at all nobody wants to read thousands. */
const mostDefectsTold = 20;

function createDefectReport(
  display: ProgressDisplay,
  file: string,
): (defect: { line: number; problem: string }) => void {
  let told = 0;
  return ({ line, problem }) => {
    told++;
    if (told <= mostDefectsTold) display.say(`${file}:${line}: left out: ${problem}`);
    else if (told === mostDefectsTold + 1) display.say(`${file}: more lines are left out, the sum is told at the end`);
  };
}

const loggerOf = (display: ProgressDisplay) => ({
  debug: () => undefined,
  info: (_fields: object, message: string) => display.say(message),
  warn: (_fields: object, message: string) => display.say(message),
  error: (_fields: object, message: string) => display.say(message),
});
