import { signal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Route, RouteOf, ViewName } from './routing/route.js';
import { views } from './routing/views.js';
import { Page } from './ui/page.js';
import { ErrorState, Loading } from './ui/states.js';

type LazyName = keyof typeof views;
type AnyView = FunctionComponent<Omit<Route, 'view'>>;

/** Views that are here: going back to one shows it at once. */
const loaded = signal<ReadonlyMap<ViewName, AnyView>>(new Map());
const failed = signal<unknown>(undefined);

/** Starts to load a view: when one points at its link, or the page starts there. */
export async function loadView(name: LazyName): Promise<void> {
  if (loaded.peek().has(name)) return;
  try {
    // Each view takes the parameters of its own route, which is what LazyView hands it.
    const view = (await views[name]()) as AnyView;
    loaded.value = new Map(loaded.peek()).set(name, view);
    failed.value = undefined;
  } catch (error) {
    failed.value = error;
  }
}

/** A view that is loaded when it is first shown. */
export function LazyView({ route }: { route: RouteOf<LazyName> }) {
  const { view: name, ...parameters } = route;
  useEffect(() => void loadView(name), [name]);
  const View = loaded.value.get(name);
  if (View !== undefined) return <View key={name} {...parameters} />;
  if (failed.value === undefined) return <Loading label="Page" />;
  return (
    <Page title="This part of the page is not here">
      <ErrorState
        title="It could not be loaded"
        error={failed.value}
        onRetry={() => {
          // After an upgrade of the server its files have other names, which only a new page knows.
          location.reload();
        }}
      />
    </Page>
  );
}
