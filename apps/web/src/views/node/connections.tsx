import type { MachineRow } from '@moorline/control-api';
import { formatRelative } from '../../format/duration.js';
import { formatQuantity } from '../../format/unit.js';
import { Badge } from '../../ui/badge.js';
import { EmptyState } from '../../ui/states.js';

/** How a node's agent is connected, and what waits on its disk. */
export function Connections({ machine, now }: { machine: MachineRow | undefined; now: number }) {
  return (
    <section aria-label="Agent">
      <h2>Agent</h2>
      {machine === undefined ? (
        <EmptyState title="No agent">
          No machine has enrolled under this name. Metrics may still come from elsewhere.
        </EmptyState>
      ) : (
        <Connected machine={machine} now={now} />
      )}
    </section>
  );
}

function Connected({ machine, now }: { machine: MachineRow; now: number }) {
  const { connections, spool, agentVersion, lastSeenAt } = machine;
  const rows = [
    { name: 'Session', what: 'questions and settings', detail: connections.session?.protocol, at: connections.session },
    { name: 'API', what: 'what it is told to do', detail: undefined, at: connections.api },
    { name: 'RPC', what: 'its repository', detail: versionText(connections.rpc?.protocol), at: connections.rpc },
  ];
  return (
    <>
      <table class="node-table">
        <thead>
          <tr>
            <th scope="col">Connection</th>
            <th scope="col">State</th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, what, detail, at }) => (
            <tr key={name}>
              <th scope="row">
                {name} <small>{what}</small>
              </th>
              <td>
                {at === undefined ? <Badge tone="idle">not connected</Badge> : <Badge tone="good">connected</Badge>}{' '}
                {detail}
              </td>
              <td>{at === undefined ? '–' : formatRelative(at.connectedAt / 1000, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="node-agent">
        {agentVersion === undefined ? 'Version unknown' : `Version ${agentVersion}`}
        {lastSeenAt === undefined ? '' : `, last seen ${formatRelative(lastSeenAt / 1000, now)}`}
        {spool === undefined
          ? ''
          : spool.entries === 0
            ? '; nothing waits on its disk'
            : `; ${spool.entries} entries (${formatQuantity(spool.bytes, { base: 'B' })}) wait on its disk`}
        {spool?.oldestAt === undefined ? '' : `, the oldest from ${formatRelative(spool.oldestAt / 1000, now)}`}
      </p>
    </>
  );
}

const versionText = (protocol: number | undefined): string | undefined =>
  protocol === undefined ? undefined : `v${protocol}`;
