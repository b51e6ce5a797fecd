import { Page } from '../../ui/page.js';
import type { ViewProps } from '../../routing/views.js';

export function NodeView({ host }: ViewProps<'node'>) {
  return <Page title={host} />;
}
