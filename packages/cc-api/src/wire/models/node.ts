/** What the scheduler says of a node. */
export interface NodePayload {
  hostname: string;
  /** The scheduler's words, in any case; the strongest known one counts. */
  states: string[];
  cpusAllocated?: number;
  /** Megabytes. */
  memoryAllocated?: number;
  gpusAllocated?: number;
  jobsRunning?: number;
}

/** States of the nodes of one cluster. */
export interface UpdateNodeStatesRequest {
  cluster: string;
  nodes: NodePayload[];
}
