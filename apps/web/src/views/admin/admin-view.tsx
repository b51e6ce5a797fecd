import { Page } from '../../ui/page.js';
import type { ViewProps } from '../../routing/views.js';

export function AdminView(_: ViewProps<'admin'>) {
  return <Page title="Administration" />;
}
