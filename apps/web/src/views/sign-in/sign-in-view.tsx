import { Page } from '../../ui/page.js';

export function SignInView() {
  return <Page title="Sign in" />;
}
