import { join, relative } from 'node:path';
import { type PageBuild, pageBuild } from './page.js';

export type AppName = 'server' | 'agent';

/** Where the launcher finds the apps and keeps what they write. */
export interface Layout {
  /** The repository's root, which is the working directory of the apps. */
  root: string;
  /** Holds the data folders and logs; `.moorline` of the root outside of tests. */
  stateDir: string;
  /** The apps' main modules. */
  entry: Record<AppName, string>;
  page: PageBuild;
}

export function defaultLayout(root: string): Layout {
  return {
    root,
    stateDir: join(root, '.moorline'),
    entry: { server: join(root, 'apps/server/src/main.ts'), agent: join(root, 'apps/agent/src/main.ts') },
    page: pageBuild(root),
  };
}

export const dataDir = ({ stateDir }: Layout, app: AppName): string => join(stateDir, app);
export const logFile = ({ stateDir }: Layout, app: AppName): string => join(stateDir, `${app}.log`);

/** As a person in the root folder would type it. */
export const shown = ({ root }: Layout, file: string): string => relative(root, file) || '.';

/** Arguments for Node that run an app from its source. */
export function appArgs(layout: Layout, app: AppName, args: readonly string[]): string[] {
  const [command = '', ...rest] = args;
  const node = ['--import', 'tsx', '--conditions=@moorline/source', layout.entry[app]];
  return [...node, command, ...rest, '--data-dir', dataDir(layout, app)];
}
