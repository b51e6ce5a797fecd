import type { Spool } from '@moorline/cc-store/spool';
import { type Clock, type Logger, systemClock } from '@moorline/core';
import type { GoneReason, ProcessInfo, ProxyHooks } from '@moorline/proxy-protocol/server';
import type { Bell } from '../bell.js';
import { nextJobNumber } from '../jobs/job-numbers.js';
import { markProcess } from '../jobs/process-mark.js';
import type { JobEnd, RunningJobs } from '../jobs/running-jobs.js';
import { createKernelFiles } from '../kernel-files.js';
import { startEntry, stopEntry } from '../messages.js';
import type { NamedSession } from '../workers/identity.js';

export interface ContainerJobsOptions {
  dataDir: string;
  session: NamedSession;
  spool: Spool;
  jobs: RunningJobs;
  /** Rung when something new is in the spool. */
  bell: Bell;
  /** Rung when a job of this machine began or ended. */
  jobBell: Bell;
  logger: Logger;
  clock?: Clock | undefined;
}

/** Reports containers as jobs of this machine. */
export interface ContainerJobs {
  hooks: ProxyHooks;
  /** Resolves when all that was told so far is in the spool, or has failed. */
  settled(): Promise<void>;
}

/** What is known of a container that runs. */
interface Container {
  startTime: number;
  /** Undefined where the start could not be kept: then its end is not told either. */
  job: Promise<{ jobId: number; cluster: string } | undefined>;
  /** Number of its first process' streams. */
  initial: bigint | undefined;
  exitCode: number | undefined;
}

/**
 * A container is a job from when its VM's agent is ready until it is said good-bye to or lost. Its user and project are not known to
 * a proxy. How it ended is told by its first process, where the streams of that went through the proxy.
 */
export function createContainerJobs(options: ContainerJobsOptions): ContainerJobs {
  const { dataDir, session, spool, jobs, bell, jobBell, logger, clock = systemClock } = options;
  const containers = new Map<string, Container>();
  const writing = new Set<Promise<unknown>>();
  const keep = <T>(work: Promise<T>): Promise<T> => {
    writing.add(work);
    void work.finally(() => writing.delete(work)).catch(() => undefined);
    return work;
  };
  const now = () => Math.floor(clock.now() / 1000);
  const ring = () => {
    bell.ring();
    jobBell.ring();
  };

  const begin = async (containerId: string, startTime: number): Promise<{ jobId: number; cluster: string }> => {
    const { machineNumber, cluster, host } = session.name();
    const jobId = machineNumber * 1_000_000_000 + (await nextJobNumber(spool, dataDir));
    // First what lets an agent that is started later end the job, should this one be killed.
    const mark = (await markProcess(process.pid, createKernelFiles())) ?? { pid: process.pid };
    jobs.add({ jobId, cluster, startTime, process: mark });
    const job = {
      ...{ jobId, cluster, user: 'root', project: 'containers', numNodes: 1, resources: [{ hostname: host }] },
      ...{ startTime, metaData: { jobName: containerId } },
    };
    try {
      await spool.append([startEntry(job)]);
    } catch (error) {
      jobs.remove(jobId);
      throw error;
    }
    return { jobId, cluster };
  };

  const end = async (containerId: string, { job, startTime }: Container, { state, stopTime }: JobEnd) => {
    const known = await job;
    if (known === undefined) return;
    const { jobId, cluster } = known;
    try {
      await spool.append([stopEntry({ jobId, cluster, startTime, stopTime, jobState: state })]);
      jobs.remove(jobId);
    } catch (error) {
      logger.error({ error, containerId, jobId }, 'the end of a container does not fit into the spool: kept beside it');
      jobs.noteEnd(jobId, { state, stopTime });
    }
    ring();
  };

  const ofInitial = ({ containerId, ioBase }: ProcessInfo): Container | undefined => {
    const container = containers.get(containerId);
    if (container !== undefined) container.initial ??= ioBase;
    return container?.initial === ioBase ? container : undefined;
  };

  return {
    hooks: {
      containerRegistered({ containerId }) {
        const startTime = now();
        const job = begin(containerId, startTime).then(
          (begun) => {
            ring();
            return begun;
          },
          (error: unknown) => {
            logger.error({ error, containerId }, 'the start of a container cannot be kept: it is not reported');
            return undefined;
          },
        );
        containers.set(containerId, { startTime, job: keep(job), initial: undefined, exitCode: undefined });
      },
      processStarted(started) {
        ofInitial(started);
      },
      processExited(exited) {
        const container = ofInitial(exited);
        if (container !== undefined) container.exitCode ??= exited.exitCode;
      },
      containerGone({ containerId }, reason) {
        const container = containers.get(containerId);
        if (container === undefined) return;
        containers.delete(containerId);
        const stopTime = Math.max(container.startTime, now());
        const ending = end(containerId, container, { state: stateOf(container.exitCode, reason), stopTime });
        keep(ending).catch((error: unknown) => logger.error({ error, containerId }, 'the end of a container is lost'));
      },
    },
    async settled() {
      while (writing.size > 0) await Promise.allSettled(writing);
    },
  };
}

/** A status beyond 128 is that of a process which a signal ended. */
function stateOf(exitCode: number | undefined, reason: GoneReason): JobEnd['state'] {
  if (exitCode === undefined) return reason === 'bye' ? 'completed' : 'failed';
  if (exitCode === 0) return 'completed';
  return exitCode > 128 ? 'cancelled' : 'failed';
}
