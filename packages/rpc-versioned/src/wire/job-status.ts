import { resourceKey } from './resource-id.js';
import { always, list, map, type Shape, struct, text, unlessEmpty } from './shape.js';
import { containerUpdate, type ContainerUpdate, type UpdateSpec, updateSpec } from './update-spec.js';

/** Where a job of `UpdateManifests` is, and what it did. */
export interface JobStatus {
  Result: JobResult;
  /** Why it failed. */
  Err: string;
  /** `queued`, `running`, `failed` or `succeeded`; may be `''`. */
  StatusString: string;
}

/** What a job did. */
export interface JobResult {
  /** The commit that it made. */
  revision?: string;
  spec?: UpdateSpec;
  /** By resource id. */
  result?: WorkloadResults;
}

export type WorkloadResults = Record<string, WorkloadResult>;

export interface WorkloadResult {
  /** `success`, `failed`, `skipped`, `ignored` or `unknown`. */
  Status: string;
  Error?: string;
  PerContainer: ContainerUpdate[] | null;
}

export const workloadResults = map(
  struct<WorkloadResult>('update.WorkloadResult', {
    Status: always(text),
    Error: unlessEmpty(text),
    PerContainer: always(list(containerUpdate)),
  }),
  resourceKey,
);

/** A spec that is left out when there is none. */
const optionalSpec: Shape<UpdateSpec | undefined> = {
  goType: updateSpec.goType,
  read: (value) => (value === undefined || value === null ? undefined : updateSpec.read(value)),
  isEmpty: (value) => value === undefined,
};

export const jobStatus = struct<JobStatus>('job.Status', {
  Result: always(
    struct<JobResult>('job.Result', {
      revision: unlessEmpty(text),
      spec: unlessEmpty(optionalSpec),
      result: unlessEmpty(workloadResults),
    }),
  ),
  Err: always(text),
  StatusString: always(text),
});
