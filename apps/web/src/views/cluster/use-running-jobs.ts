import { useLive } from '../../api/use-live.js';
import { useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';

/** How many jobs run on a cluster, as text: `812`, `10000+` where the server counts no further; undefined while they are counted. */
export function useRunningJobs(cluster: string): string | undefined {
  const { control } = useApp();
  const jobs = useQuery(`running jobs ${cluster}`, (signal) =>
    control.searchJobs({ cluster: [cluster], state: ['running'], limit: 1, count: true }, { signal }),
  );
  useLive({ topics: ['jobs'], cluster }, jobs.refetch);
  const total = jobs.data?.total;
  return total && `${total.count}${total.isLowerBound ? '+' : ''}`;
}
