import { useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';

/** How many jobs run on a cluster, as text: `812`, `10000+` where the server counts no further; undefined while they are counted. */
export function useRunningJobs(cluster: string): string | undefined {
  const { control } = useApp();
  const jobs = useQuery(
    `running jobs ${cluster}`,
    (signal) => control.searchJobs({ cluster, state: ['running'], limit: 1, count: true }, { signal }),
    { refetchOn: ({ event, data }) => event === 'job' && (data.change === 'deleted' || data.job.cluster === cluster) },
  );
  const total = jobs.data?.total;
  return total && `${total.count}${total.isLowerBound ? '+' : ''}`;
}
