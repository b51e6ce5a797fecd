import {
  isJobState,
  type Job,
  type JobStatistics,
  type MonitoringStatus,
  type Resource,
  type Shared,
  sharedModes,
  type Unit,
} from '@moorline/cc-api';
import { aNumber, aText, Fields } from './fields.js';

/** A job as an archive's `meta.json` has it: without the row ids of a store. */
export interface ArchivedJob extends Omit<Job, 'id' | 'tags'> {
  tags?: { type: string; name: string; scope: string }[];
}

/**
 * Reads a `meta.json`. Of older archives `exclusive` is taken for `shared`, and an absent monitoringStatus is not looked at:
 * what is in an archive is archived.
 *
 * @throws StoreError `import_invalid`, with the member's name.
 */
export function parseMeta(value: unknown): ArchivedJob {
  const meta = new Fields(value, 'meta.json');
  const jobState = meta.filledText('jobState');
  if (!isJobState(jobState) || jobState === 'running')
    throw meta.fault('jobState', 'must be the state of a stopped job');
  const resources = meta.list('resources', parseResource);
  const numNodes = meta.integer('numNodes', 1);
  if (resources.length === 0) throw meta.fault('resources', 'must not be empty');
  const tags = meta.list('tags', (tag, path) => {
    const fields = new Fields(tag, path);
    return { type: fields.text('type'), name: fields.text('name'), scope: fields.text('scope') || 'global' };
  });
  const optional = (name: 'arrayJobId' | 'walltime' | 'smt' | 'numAcc' | 'numHwthreads') => {
    const count = meta.integer(name, 0);
    return count === 0 ? {} : { [name]: count };
  };
  return {
    cluster: meta.filledText('cluster'),
    subCluster: meta.text('subCluster'),
    ...(meta.text('partition') === '' ? {} : { partition: meta.text('partition') }),
    project: meta.text('project'),
    user: meta.filledText('user'),
    shared: sharedOf(meta),
    jobState,
    ...(tags.length === 0 ? {} : { tags }),
    resources,
    energyFootprint: meta.map('energyFootprint', aNumber) ?? null,
    footprint: meta.map('footprint', aNumber) ?? null,
    metaData: meta.map('metaData', aText) ?? null,
    concurrentJobs: { items: null, count: 0 },
    energy: meta.number('energy'),
    ...optional('arrayJobId'),
    ...optional('walltime'),
    jobId: meta.integer('jobId', 0),
    duration: meta.integer('duration', 0),
    ...optional('smt'),
    monitoringStatus: archived,
    ...optional('numAcc'),
    ...optional('numHwthreads'),
    numNodes,
    statistics: meta.map('statistics', parseStatistics) ?? {},
    startTime: meta.integer('startTime', -Number.MAX_SAFE_INTEGER),
  };
}

const archived: MonitoringStatus = 3;

/** Before `shared` there was `exclusive`: 0 shared, 1 alone, 2 shared among jobs of one user. */
const sharedBefore: readonly Shared[] = ['multi_user', 'none', 'single_user'];

function sharedOf(meta: Fields): Shared {
  if (!meta.has('shared') && meta.has('exclusive')) {
    const shared = sharedBefore[meta.integer('exclusive', 0)];
    if (shared === undefined) throw meta.fault('exclusive', 'must be 0, 1 or 2');
    return shared;
  }
  const text = meta.text('shared', 'none');
  const shared = sharedModes.find((mode) => mode === text);
  if (shared === undefined) throw meta.fault('shared', `must be one of ${sharedModes.join(', ')}`);
  return shared;
}

function parseResource(value: unknown, path: string): Resource {
  const fields = new Fields(value, path);
  const configuration = fields.text('configuration');
  const hwthreads = fields.list('hwthreads', aNumber);
  const accelerators = fields.list('accelerators', aText);
  return {
    hostname: fields.filledText('hostname'),
    ...(configuration === '' ? {} : { configuration }),
    ...(hwthreads.length === 0 ? {} : { hwthreads }),
    ...(accelerators.length === 0 ? {} : { accelerators }),
  };
}

function parseStatistics(value: unknown, path: string): JobStatistics {
  const fields = new Fields(value, path);
  return {
    unit: parseUnit(fields),
    avg: fields.number('avg'),
    min: fields.number('min'),
    max: fields.number('max'),
  };
}

/** @param fields of what has a unit; an absent one is no unit. */
export function parseUnit(fields: Fields): Unit {
  if (!fields.has('unit')) return { base: '' };
  const unit = fields.object('unit');
  const prefix = unit.text('prefix');
  return { base: unit.text('base'), ...(prefix === '' ? {} : { prefix }) };
}
