import { dataDir, type Layout, logFile, shown } from './layout.js';

/** What the one screen of `npm start` tells. */
export interface ScreenFacts {
  /** The server's, without a slash at the end: `http://127.0.0.1:8080`. */
  url: string;
  /** Opens the page, signed in, once; absent where there is no page. */
  link: string | undefined;
  /** The port that was asked for; the server may have taken a later one. */
  wantedPort: number;
  /** Whether the machine was enrolled by this start. */
  isFirst: boolean;
}

export function screen(layout: Layout, { url, link, wantedPort, isFirst }: ScreenFacts): string {
  const logs = (['server', 'agent'] as const).map((app) => shown(layout, logFile(layout, app))).join(', ');
  const moved = new URL(url).port === String(wantedPort) ? '' : `   (port ${wantedPort} is taken)`;
  return `
${link === undefined ? 'There is no page to open; why is said above.' : `Open the page:  ${link}   (once, within 10 minutes)`}

Moorline runs at ${url}${moved}

  ${isFirst ? 'This machine has been enrolled.' : 'The machine, jobs and metrics of the last start are still there.'}
  The agent reports its state, load, memory, network and disks every 10 s.
  The server keeps everything in ${shown(layout, dataDir(layout, 'server'))}.

In another terminal, in this folder:

  Run a job
    npm run -s moorline-agent -- run -- sleep 3

  Make another link to the page
    npm run -s moorline-server -- link create

  Make an API token
    TOKEN=$(npm run -s moorline-server -- jwt create --role api)

  Ask for the jobs and for the clusters
    curl -H "Authorization: Bearer $TOKEN" ${url}/api/jobs/
    curl -H "Authorization: Bearer $TOKEN" ${url}/api/clusters/

Logs: ${logs}
Stop: Ctrl-C
`;
}
