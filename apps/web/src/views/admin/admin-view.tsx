import { administers } from '../../api/roles.js';
import { useApp } from '../../app-context.js';
import { Link } from '../../routing/link.js';
import { type AdminPage, adminPages } from '../../routing/route.js';
import type { ViewProps } from '../../routing/views.js';
import { Page } from '../../ui/page.js';
import { EmptyState } from '../../ui/states.js';
import { RegistrationsPage } from './registrations-page.js';
import { TokensPage } from './tokens-page.js';
import { UsersPage } from './users-page.js';
import './admin.css';

const titles: Readonly<Record<AdminPage, string>> = {
  users: 'Users',
  tokens: 'Tokens',
  registrations: 'Registration tokens',
};

const pages = { users: UsersPage, tokens: TokensPage, registrations: RegistrationsPage };

/** Who may sign in, what programs authenticate with, and what machines enrol with. */
export function AdminView({ page }: ViewProps<'admin'>) {
  const { session } = useApp();
  const state = session.state.value;
  if (state.status !== 'signedIn' || !administers(state.me)) {
    return (
      <Page title="Admin">
        <EmptyState title="This is for administrators">
          It wants the role admin. <Link to={{ view: 'jobs' }}>Jobs</Link>
        </EmptyState>
      </Page>
    );
  }
  const Shown = pages[page];
  return (
    <Page title={titles[page]}>
      <nav class="admin-pages" aria-label="Administration">
        {adminPages.map((name) => (
          <Link
            key={name}
            class="admin-page-link"
            to={{ view: 'admin', page: name }}
            aria-current={name === page ? 'page' : undefined}
          >
            {titles[name]}
          </Link>
        ))}
      </nav>
      <Shown me={state.me} />
    </Page>
  );
}
