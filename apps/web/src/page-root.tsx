import { useEffect } from 'preact/hooks';
import { type Person, seesNodes } from './api/roles.js';
import { type App, AppContext, useApp } from './app-context.js';
import { Frame } from './frame/frame.js';
import { LazyView } from './lazy-view.js';
import { Link } from './routing/link.js';
import type { Route } from './routing/route.js';
import { Page } from './ui/page.js';
import { EmptyState, ErrorState, Loading } from './ui/states.js';

/** The whole page: signing in, or the frame with the view of the address. */
export function PageRoot({ app }: { app: App }) {
  return (
    <AppContext.Provider value={app}>
      <Entrance />
    </AppContext.Provider>
  );
}

function Entrance() {
  const { router, session, notices } = useApp();
  const state = session.state.value;
  const route = router.route.value;
  const leadsToSignIn = state.status === 'signedOut' && route.view !== 'signIn';
  useEffect(() => {
    // To come back to where one wanted to go; not by the back button to a page that only sends one here again.
    if (leadsToSignIn) router.navigate({ view: 'signIn' }, { query: router.returnQuery(), replace: true });
  }, [leadsToSignIn, router]);

  const signOut = () => {
    session.signOut().catch(() => {
      notices.show('You are still signed in: the control plane does not answer. Try again in a moment.', 'error');
    });
  };
  if (route.view === 'signIn') return <LazyView route={route} />;
  if (state.status === 'signedIn') {
    return (
      <Frame person={state.me} onSignOut={signOut}>
        <View route={route} person={state.me} />
      </Frame>
    );
  }
  if (state.status === 'unknown' && state.error !== undefined) {
    return (
      <main class="entrance">
        <ErrorState title="The control plane does not answer" error={state.error} onRetry={() => void session.read()} />
      </main>
    );
  }
  return (
    <main class="entrance">
      <Loading label="Moorline" />
    </main>
  );
}

function View({ route, person }: { route: Route; person: Person }) {
  switch (route.view) {
    case 'home':
      return <Home person={person} />;
    case 'notFound':
      return (
        <Page title="Nothing is here">
          <EmptyState title={`There is no page at ${route.path}`}>
            <Link to={{ view: 'home' }}>Go to the start</Link>
          </EmptyState>
        </Page>
      );
    default:
      return <LazyView route={route} />;
  }
}

/** Who runs the cluster starts with its nodes, all others with their jobs. */
function Home({ person }: { person: Person }) {
  const { router } = useApp();
  useEffect(() => {
    router.navigate(seesNodes(person) ? { view: 'cluster', cluster: undefined } : { view: 'jobs' }, { replace: true });
  }, [router, person]);
  return null;
}
