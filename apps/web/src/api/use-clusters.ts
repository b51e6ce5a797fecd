import type { ClusterList } from '@moorline/control-api';
import { useApp } from '../app-context.js';
import { type QueryResult, useQuery } from './use-query.js';

/** The descriptions of all clusters: read once, and again when one is another. */
export function useClusters(): QueryResult<ClusterList> {
  const { control } = useApp();
  return useQuery('clusters', (signal) => control.listClusters({ signal }), {
    refetchOn: ({ event }) => event === 'cluster',
  });
}
