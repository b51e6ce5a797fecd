import type { FunctionComponent } from 'preact';
import type { RouteOf, ViewName } from './route.js';

/** What a view gets: the parameters of its route. */
export type ViewProps<View extends ViewName> = Omit<RouteOf<View>, 'view'>;
type LoadView<View extends ViewName> = () => Promise<FunctionComponent<ViewProps<View>>>;

/** The views that are loaded when one goes there; the frame itself answers `home` and `notFound`. */
export const views: { [View in Exclude<ViewName, 'home' | 'notFound'>]: LoadView<View> } = {
  signIn: async () => (await import('../views/sign-in/sign-in-view.js')).SignInView,
  jobs: async () => (await import('../views/jobs/jobs-view.js')).JobsView,
  job: async () => (await import('../views/job/job-view.js')).JobView,
  cluster: async () => (await import('../views/cluster/cluster-view.js')).ClusterView,
  node: async () => (await import('../views/node/node-view.js')).NodeView,
  agents: async () => (await import('../views/agents/agents-view.js')).AgentsView,
  admin: async () => (await import('../views/admin/admin-view.js')).AdminView,
};
