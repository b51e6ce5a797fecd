import { createCcClient } from '@moorline/cc-api';
import { findJobs } from './find-jobs.js';
import type { JobTable } from './job-table.js';

// In every other mode the bundler leaves the mocks out.
if (import.meta.env.MODE === 'mocks') await (await import('./mocks.js')).startMocks();

// What is in a page is no secret: the proxy of vite.config.ts puts the real token in the place of this one.
const cc = createCcClient({ baseUrl: location.origin, token: 'of the proxy' });
const state = element('state', HTMLSelectElement);
const status = element('status', HTMLElement);
const table = element('jobs', HTMLTableElement);

let running = new AbortController();
async function show(): Promise<void> {
  // Only the newest question is of interest.
  running.abort();
  running = new AbortController();
  const { signal } = running;
  status.textContent = 'Loading…';
  try {
    const found = await findJobs(cc, state.value, signal);
    draw('table' in found ? found.table : { columns: [], rows: [] });
    status.textContent = 'problem' in found ? found.problem : `${found.table.rows.length} jobs`;
  } catch (error) {
    if (signal.aborted) return;
    status.textContent = error instanceof Error ? error.message : String(error);
  }
}

/** Texts of a server become text, never markup. */
function draw({ columns, rows }: JobTable): void {
  const line = (cells: readonly string[], name: 'th' | 'td') => {
    const row = document.createElement('tr');
    for (const text of cells) row.append(Object.assign(document.createElement(name), { textContent: text }));
    return row;
  };
  table.replaceChildren(line(columns, 'th'), ...rows.map((cells) => line(cells, 'td')));
}

function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no ${kind.name} with the id ${id}`);
  return found;
}

state.addEventListener('change', () => void show());
await show();
