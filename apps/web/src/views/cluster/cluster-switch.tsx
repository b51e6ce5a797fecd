import type { Cluster } from '@moorline/control-api';
import { useApp } from '../../app-context.js';
import { SelectField } from '../../ui/fields.js';

/** Goes to another cluster; nothing where there is only this one. */
export function ClusterSwitch({ clusters, cluster }: { clusters: readonly Cluster[]; cluster: string }) {
  const { router } = useApp();
  if (clusters.length < 2) return null;
  return (
    <SelectField
      label="Cluster"
      options={[{ value: '', label: 'All clusters' }, ...clusters.map(({ name }) => ({ value: name, label: name }))]}
      value={cluster}
      onValue={(name) => router.navigate({ view: 'cluster', cluster: name === '' ? undefined : name })}
    />
  );
}
