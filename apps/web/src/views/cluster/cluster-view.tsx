import { Page } from '../../ui/page.js';
import type { ViewProps } from '../../routing/views.js';

export function ClusterView({ cluster }: ViewProps<'cluster'>) {
  return <Page title={cluster ?? 'Clusters'} />;
}
