import { Page } from '../../ui/page.js';

export function JobsView() {
  return <Page title="Jobs" />;
}
