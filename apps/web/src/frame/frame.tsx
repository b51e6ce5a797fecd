import type { ComponentChildren } from 'preact';
import { administers, type Person, seesAgents, seesNodes } from '../api/roles.js';
import { useApp } from '../app-context.js';
import { loadView } from '../lazy-view.js';
import { Link } from '../routing/link.js';
import type { Route, ViewName } from '../routing/route.js';
import type { views } from '../routing/views.js';
import { Segments } from '../ui/button.js';
import { Menu } from '../ui/menu.js';
import { NoticeList } from '../ui/notice-list.js';
import { type ThemeChoice, themeChoice, timeZone } from '../ui/preferences.js';
import { BrandMark } from './brand-mark.js';
import { ConnectionMark, OutageBanner } from './connection-mark.js';
import './frame.css';

interface NavigationItem {
  label: string;
  to: Route;
  /** Views that lie behind it. */
  views: readonly ViewName[];
  isShown: (person: Person) => boolean;
}

const navigation: readonly NavigationItem[] = [
  { label: 'Cluster', to: { view: 'cluster', cluster: undefined }, views: ['cluster', 'node'], isShown: seesNodes },
  { label: 'Jobs', to: { view: 'jobs' }, views: ['jobs', 'job'], isShown: () => true },
  { label: 'Agents', to: { view: 'agents' }, views: ['agents'], isShown: seesAgents },
  { label: 'Admin', to: { view: 'admin', page: 'users' }, views: ['admin'], isShown: administers },
];

/** Properties of {@link Frame}. */
export interface FrameProps {
  person: Person;
  onSignOut: () => void;
  children: ComponentChildren;
}

/** What stays around every view: where one can go, who one is, and whether what one sees is live. */
export function Frame({ person, onSignOut, children }: FrameProps) {
  const { router } = useApp();
  const { view } = router.route.value;
  return (
    <div class="frame">
      <a class="skip-link visually-hidden" href="#content" onClick={skipToContent}>
        Skip to content
      </a>
      <header class="bar">
        <Link class="brand" to={{ view: 'home' }}>
          <BrandMark />
          Moorline
        </Link>
        <nav class="navigation" aria-label="Main">
          {navigation
            .filter(({ isShown }) => isShown(person))
            .map(({ label, to, views: behind }) => (
              <Link
                key={label}
                class="navigation-link"
                to={to}
                aria-current={behind.includes(view) ? 'page' : undefined}
                onPointerEnter={() => void loadView(to.view as keyof typeof views)}
              >
                {label}
              </Link>
            ))}
        </nav>
        <div class="bar-end">
          <ConnectionMark />
          <Menu label={`${person.username}: account and display`} button={person.username}>
            <div class="menu-section">
              <p class="menu-who text">{person.username}</p>
              <p class="menu-roles">{person.roles.join(', ')}</p>
            </div>
            <div class="menu-section">
              <span class="menu-label">Times</span>
              <Segments
                label="Times"
                options={[
                  { value: 'local', label: 'Local' },
                  { value: 'utc', label: 'UTC' },
                ]}
                value={timeZone.value}
                onChange={(choice) => (timeZone.value = choice)}
              />
              <span class="menu-label">Theme</span>
              <Segments<ThemeChoice>
                label="Theme"
                options={[
                  { value: 'system', label: 'System' },
                  { value: 'light', label: 'Light' },
                  { value: 'dark', label: 'Dark' },
                ]}
                value={themeChoice.value}
                onChange={(choice) => (themeChoice.value = choice)}
              />
            </div>
            <div class="menu-section">
              <button type="button" class="menu-item" onClick={onSignOut}>
                Sign out
              </button>
            </div>
          </Menu>
        </div>
      </header>
      <OutageBanner />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <NoticeList />
    </div>
  );
}

/** Without a change of the address: the fragment is nobody's filter. */
function skipToContent(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
