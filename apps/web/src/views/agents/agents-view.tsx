import { useEffect, useState } from 'preact/hooks';
import { seesAgents } from '../../api/roles.js';
import { useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';
import { Link } from '../../routing/link.js';
import { Page } from '../../ui/page.js';
import { EmptyState, ErrorState, Loading } from '../../ui/states.js';
import { AgentFilters } from './agent-filters.js';
import { readAgentSelection, selectAgents, writeAgentSelection } from './agent-list.js';
import { AgentFileButton, AgentTable } from './agent-table.js';
import './agents.css';

/** Ages in the table move on at this pace. Milliseconds. */
const ageStepMs = 15_000;

/** Who is enrolled, in which version, how it is connected, and what waits on its disk. */
export function AgentsView() {
  const { session } = useApp();
  const state = session.state.value;
  if (state.status === 'signedIn' && seesAgents(state.me)) return <Agents />;
  return (
    <Page title="Agents">
      <EmptyState title="Agents are for those who run the cluster">
        They want the role support or admin. <Link to={{ view: 'jobs' }}>Jobs</Link>
      </EmptyState>
    </Page>
  );
}

function Agents() {
  const { control, router } = useApp();
  const machines = useQuery('machines', (signal) => control.listMachines({ signal }), {
    refetchOn: ({ event }) => event === 'machine',
  });
  const now = useNow(ageStepMs);
  const selection = readAgentSelection(router.query.value);
  const select = (change: Partial<typeof selection>) =>
    router.setQuery(writeAgentSelection({ ...selection, ...change }), { replace: true });
  if (machines.data === undefined) {
    return (
      <Page title="Agents">
        {machines.error === undefined ? (
          <Loading label="Agents" />
        ) : (
          <ErrorState title="The agents could not be read" error={machines.error} onRetry={machines.refetch} />
        )}
      </Page>
    );
  }
  const all = machines.data.machines;
  const chosen = selectAgents(all, selection, now);
  return (
    <Page
      title="Agents"
      aside={
        <span class="number">{chosen.length === all.length ? all.length : `${chosen.length} of ${all.length}`}</span>
      }
      actions={all.length === 0 ? undefined : <AgentFileButton machines={chosen} now={now} />}
      isFull
    >
      {all.length === 0 ? (
        <EmptyState title="No machine has enrolled yet">
          Make a registration token under Admin, or with <code>moorline-server token create --group NAME</code>, and
          hand it to <code>moorline-agent login</code> on the machine.
        </EmptyState>
      ) : (
        <>
          <AgentFilters machines={all} now={now} selection={selection} onSelect={select} />
          <AgentTable machines={chosen} now={now} selection={selection} onSelect={select} />
        </>
      )}
    </Page>
  );
}

/** The time, Unix milliseconds, as of the last step. */
function useNow(stepMs: number): number {
  const { clock } = useApp();
  const [now, setNow] = useState(clock.now());
  useEffect(() => {
    let timer = clock.setTimer(stepMs, function tick() {
      setNow(clock.now());
      timer = clock.setTimer(stepMs, tick);
    });
    return () => timer.cancel();
  }, [clock, stepMs]);
  return now;
}
