import { userInfo } from 'node:os';
import {
  addSettingOptions,
  callControl,
  controlSocketPath,
  form,
  isAppError,
  openDataDir,
  remark,
  valueOf,
} from '@moorline/app-kit';
import type { StartJobRequest } from '@moorline/cc-api';
import { openSpool, type Spool } from '@moorline/cc-store/spool';
import { systemClock } from '@moorline/core';
import type { Command } from 'commander';
import { AgentError } from '../agent-error.js';
import { readAffinity } from '../jobs/affinity.js';
import { nextJobNumber } from '../jobs/job-numbers.js';
import { markProcess } from '../jobs/process-mark.js';
import { runCommand } from '../jobs/run-command.js';
import { type JobEnd, openRunningJobs, type RunningJobs } from '../jobs/running-jobs.js';
import { createKernelFiles, type KernelFiles } from '../kernel-files.js';
import { startEntry, stopEntry } from '../messages.js';
import { readEnrolledName } from '../session.js';
import { appName, readSettings, some, startedBy } from '../settings.js';
import { spoolPath } from '../workers/spool.js';
import { remarkingLogger } from './output.js';

const examples = `
Examples:
  moorline-agent run -- sleep 3
  moorline-agent run --time 10m --name stream -- ./stream --size 4G
  moorline-agent run --project p1 sh -c 'make && make check'

The exit code is the command's own; 128 + signal where a signal ended it, 127 where there is no such command. The job is
"completed" after exit code 0, "failed" after any other, "cancelled" when a signal ended it, "timeout" when --time did.

Without a terminal on standard input, --time and signals reach everything that the command started, and what is left 10 s later
is killed. With a terminal they reach the command alone; Ctrl-C and Ctrl-Z work as without "run".`;

interface RunFlags extends Record<string, unknown> {
  time?: number;
  name?: string;
  project: string;
}

/** `run`: runs a command as a job of this machine. */
export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .description('run a command and report it as a job of this machine')
    .argument('<COMMAND>', 'what to run')
    .argument('[ARGUMENT...]', 'its arguments, options included')
    .option(
      '--time <DURATION>',
      'end the command after this time (SIGTERM, 10 s later SIGKILL)',
      valueOf(form.duration),
    )
    .option('--name <NAME>', "the job's name; else the command's", valueOf(form.text('NAME')))
    .option('--project <PROJECT>', 'the project that the job counts for', '')
    .passThroughOptions()
    .addHelpText('after', examples);
  addSettingOptions(command, appName, some('dataDir', 'spoolMax')).action(
    async (file: string, args: string[], flags: RunFlags) => {
      process.exitCode = await runAsJob(file, args, flags);
    },
  );
}

async function runAsJob(file: string, args: readonly string[], flags: RunFlags): Promise<number> {
  const settings = readSettings(flags);
  const dataDir = openDataDir(settings.dataDir);
  const files = createKernelFiles();
  const { machineNumber, cluster, host } = await readEnrolledName(dataDir);
  const spool = await openSpool({ path: spoolPath(dataDir), maxBytes: settings.spoolMax, logger: remarkingLogger });
  try {
    const jobs = openRunningJobs(dataDir);
    const hwthreads = await readAffinity(files);
    const job = await beginJob(file, { dataDir, spool, jobs, files }, (number) => ({
      jobId: machineNumber * 1_000_000_000 + number,
      cluster,
      user: osUser(),
      project: flags.project,
      numNodes: 1,
      resources: [{ hostname: host, ...(hwthreads === undefined ? {} : { hwthreads }) }],
      ...(hwthreads === undefined ? {} : { numHwthreads: hwthreads.length }),
      startTime: Math.floor(systemClock.now() / 1000),
      metaData: { jobName: flags.name ?? file, command: shortened([file, ...args].join(' ')) },
      ...(flags.time === undefined ? {} : { walltime: Math.ceil(flags.time / 1000) }),
    }));
    void tellAgent(dataDir);

    const startedAt = systemClock.monotonic();
    const { state, exitCode, problem } = await runCommand(file, args, { timeLimitMs: flags.time });
    // Measured, not told by the clock, which may have been set meanwhile.
    const seconds = Math.round((systemClock.monotonic() - startedAt) / 1000);
    if (problem !== undefined) remark(`moorline-agent: cannot run ${file}: ${problem.message}`);
    const isReported = await endJob(job, { state, stopTime: job.startTime + seconds }, { spool, jobs });
    if (isReported && !(await tellAgent(dataDir))) {
      remark(
        `moorline-agent: no agent runs here; the report of job ${job.jobId} waits in the spool until "${startedBy}"`,
      );
    }
    return exitCode;
  } finally {
    await spool.close();
  }
}

interface Places {
  spool: Spool;
  jobs: RunningJobs;
}

/**
 * Keeps the start of a job. First what lets the agent end the job if this process is killed, then the start: a job never
 * stays running for ever.
 *
 * @throws AgentError `job_not_begun`, with nothing left behind.
 */
async function beginJob(
  file: string,
  { dataDir, spool, jobs, files }: Places & { dataDir: string; files: KernelFiles },
  describe: (number: number) => StartJobRequest,
): Promise<StartJobRequest> {
  let jobId: number | undefined;
  try {
    const job = describe(await nextJobNumber(spool, dataDir));
    ({ jobId } = job);
    const mark = (await markProcess(process.pid, files)) ?? { pid: process.pid };
    jobs.add({ jobId, cluster: job.cluster, startTime: job.startTime, process: mark });
    await spool.append([startEntry(job)]);
    return job;
  } catch (error) {
    if (jobId !== undefined) jobs.remove(jobId);
    const reason = error instanceof Error ? error.message : String(error);
    throw new AgentError(`${file} was not run, because the start of its job cannot be kept: ${reason}`, {
      code: 'job_not_begun',
      hint: 'free space where the data directory is, or run the command by itself: then it is no job',
      cause: error,
    });
  }
}

/** Keeps the end of a job wherever there is room for it; never throws. @returns whether it is in the spool. */
async function endJob(
  { jobId, cluster, startTime }: StartJobRequest,
  end: JobEnd,
  { spool, jobs }: Places,
): Promise<boolean> {
  try {
    await spool.append([stopEntry({ jobId, cluster, startTime, stopTime: end.stopTime, jobState: end.state })]);
    jobs.remove(jobId);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const told = `moorline-agent: the end of job ${jobId} (${end.state}) cannot be put into the spool: ${reason}`;
    try {
      jobs.noteEnd(jobId, end);
      remark(`${told}\n  hint: it is kept beside it; free space, and "${startedBy}" reports it`);
    } catch {
      remark(`${told}\n  hint: it is lost: free space, and "${startedBy}" reports the job as failed`);
    }
    return false;
  }
}

/** Lets the running agent sample and deliver at once. @returns false where none runs; another failure costs only time. */
async function tellAgent(dataDir: string): Promise<boolean> {
  try {
    await callControl({
      path: controlSocketPath(dataDir, appName),
      command: 'job-changed',
      startedBy,
      timeoutMs: 2000,
    });
    return true;
  } catch (error) {
    return !(isAppError(error) && error.code === 'not_running');
  }
}

/** A container may run as a user without a name. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 0}`;
  }
}

const shortened = (text: string): string => (text.length > 1000 ? `${text.slice(0, 999)}…` : text);
