import { Page } from '../../ui/page.js';
import type { ViewProps } from '../../routing/views.js';

export function JobView({ id }: ViewProps<'job'>) {
  return <Page title={`Job ${id}`} />;
}
