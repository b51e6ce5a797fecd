export interface NodePayload {
  hostname: string;
  /** The scheduler's words, in any case; the strongest known one counts. */
  states: string[];
  cpusAllocated?: number;
  memoryAllocated?: number;
  gpusAllocated?: number;
  jobsRunning?: number;
}

export interface UpdateNodeStatesRequest {
  cluster: string;
  nodes: NodePayload[];
}
