/** What somebody wrote: told after its commit. It names what changed; who wants to see it reads it. */
export type Change =
  | { kind: 'job'; change: JobChange; /** The row id. */ id: number }
  /** Nodes told their states, be they news or not. */
  | { kind: 'nodes'; cluster: string; hosts: readonly string[] }
  /** Samples came; put together for some time. */
  | {
      kind: 'samples';
      cluster: string;
      hosts: readonly string[];
      /** Of the newest sample, Unix seconds. */ time: number;
    }
  /** A cluster's description is new or another one. */
  | { kind: 'cluster'; name: string }
  | { kind: 'machine'; change: 'enrolled' | 'reported'; /** The control plane's id of it. */ id: string }
  /** Changes may have been missed, or were too many to be named: what was read before may be out of date. */
  | { kind: 'reset' };

/** `changed`: tags, metadata, or what is known of it since it was archived. */
export type JobChange = 'started' | 'stopped' | 'changed' | 'deleted';

export const jobChange = (change: JobChange, id: number): Change => ({ kind: 'job', change, id });
