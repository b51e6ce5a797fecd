import type { Cluster } from '../wire/models.js';

/** What makes a cluster's description a good one: ClusterCockpit's rules, which `@moorline/cc-api` has. */
export interface DescribingRules {
  /** `parseCluster` of `@moorline/cc-api`. Throws what `isRefusal` knows. */
  parseCluster(body: unknown): Cluster;
  /** Whether a text is the name of one node: `toNodeName` of `@moorline/cc-api` leaves it as it is. */
  isNodeName(text: string): boolean;
  /** Whether this failure, of a rule or of the backend, is the description's fault. */
  isRefusal(error: unknown): error is Error;
}
