import { goJsonMap, goJsonNumber, goJsonString } from '../go-json/encode.js';
import type { Job, Tag } from '../models/job.js';

/**
 * A job as the server sends it (docs/protocol.md §2.1): members in their order, those that Go omits when empty left
 * out, the rest always there.
 *
 * @param job where it has `statisticsText`, made by {@link encodeStatistics}, that is sent in the place of `statistics`.
 * @param tags in the place of the job's own: a copy of the job for their sake would cost more than its text.
 */
export function encodeJob(job: Job & { statisticsText?: string }, tags: readonly Tag[] = job.tags ?? []): string {
  return `{"cluster":${goJsonString(job.cluster)},"subCluster":${goJsonString(job.subCluster)}${text('partition', job.partition)},"project":${goJsonString(job.project)},"user":${goJsonString(job.user)},"shared":${goJsonString(job.shared)},"jobState":${goJsonString(job.jobState)}${tagList(tags)},"resources":${resources(job)},"energyFootprint":${goJsonMap(job.energyFootprint, goJsonNumber)},"footprint":${goJsonMap(job.footprint, goJsonNumber)},"metaData":${goJsonMap(job.metaData, goJsonString)},"concurrentJobs":${concurrentJobs(job)},"energy":${goJsonNumber(job.energy)}${count('arrayJobId', job.arrayJobId)}${count('walltime', job.walltime)}${count('requestedMemory', job.requestedMemory)},"jobId":${job.jobId},"duration":${job.duration}${count('smt', job.smt)}${count('monitoringStatus', job.monitoringStatus)}${count('numAcc', job.numAcc)}${count('numHwthreads', job.numHwthreads)},"numNodes":${job.numNodes},"statistics":${job.statisticsText ?? encodeStatistics(job.statistics)}${count('id', job.id)}${count('submitTime', job.submitTime)},"startTime":${job.startTime}}`;
}

/** A job's statistics as the server sends them. */
export function encodeStatistics(statistics: Job['statistics']): string {
  return goJsonMap(statistics, statisticsOf);
}

function text(name: string, value: string | undefined): string {
  return value === undefined || value === '' ? '' : `,"${name}":${goJsonString(value)}`;
}

function count(name: string, value: number | undefined): string {
  return value === undefined || value === 0 ? '' : `,"${name}":${value}`;
}

function tagList(tags: readonly Tag[]): string {
  if (tags.length === 0) return '';
  const encoded = tags.map(
    ({ type, name, scope, id }) =>
      `{"type":${goJsonString(type)},"name":${goJsonString(name)},"scope":${goJsonString(scope)},"id":${id}}`,
  );
  return `,"tags":[${encoded.join(',')}]`;
}

/** Of a server there never are any. */
function concurrentJobs({ concurrentJobs: { items, count } }: Job): string {
  return items === null ? `{"items":null,"count":${count}}` : JSON.stringify({ items, count });
}

function resources(job: Job): string {
  const encoded = job.resources.map(({ hostname, configuration, hwthreads = [], accelerators = [] }) => {
    const threads = hwthreads.length === 0 ? '' : `,"hwthreads":[${hwthreads.join(',')}]`;
    const ids = accelerators.length === 0 ? '' : `,"accelerators":[${accelerators.map(goJsonString).join(',')}]`;
    return `{"hostname":${goJsonString(hostname)}${text('configuration', configuration)}${threads}${ids}}`;
  });
  return `[${encoded.join(',')}]`;
}

function statisticsOf({ unit, avg, min, max }: NonNullable<Job['statistics']>[string]): string {
  const base = `{"base":${goJsonString(unit.base)}${text('prefix', unit.prefix)}}`;
  return `{"unit":${base},"avg":${goJsonNumber(avg)},"min":${goJsonNumber(min)},"max":${goJsonNumber(max)}}`;
}
