import type { MachineRow } from '@moorline/control-api';
import { formatRelative } from '../../format/duration.js';
import { formatTime } from '../../format/time.js';
import { formatQuantity } from '../../format/unit.js';
import { Link } from '../../routing/link.js';
import { timeZone } from '../../ui/preferences.js';
import type { Column } from '../../ui/table/column.js';
import {
  type Concern,
  concernFacts,
  concernsOf,
  connectionFacts,
  connectionNames,
  lastHeardOf,
} from './agent-state.js';

/** @param now Unix milliseconds. */
export function agentColumns(now: number): Column<MachineRow>[] {
  const connected = ({ connections }: MachineRow) => connectionNames.filter((name) => connections[name] !== undefined);
  return [
    {
      ...{ id: 'number', header: 'No.', width: '4rem', align: 'end', sort: 'number' },
      cell: ({ number }) => number,
      value: ({ number }) => number,
    },
    {
      ...{ id: 'host', header: 'Host', width: 'minmax(8rem, 2fr)', sort: 'host' },
      cell: ({ group, host }) => (
        <Link to={{ view: 'node', cluster: group, host }} tabIndex={-1}>
          {host}
        </Link>
      ),
      value: ({ host }) => host,
    },
    {
      ...{ id: 'group', header: 'Group', width: 'minmax(6rem, 1fr)', sort: 'group' },
      cell: ({ group }) => group,
      value: ({ group }) => group,
    },
    {
      ...{ id: 'version', header: 'Version', width: 'minmax(5.5rem, 1fr)', sort: 'version', firstOrder: 'desc' },
      cell: ({ agentVersion }) => agentVersion ?? <span class="faint">not said</span>,
      value: ({ agentVersion }) => agentVersion,
    },
    {
      ...{ id: 'heard', header: 'Last seen', width: 'minmax(9.5rem, 1fr)', sort: 'heard' },
      cell: (machine) => (
        <>
          <Mark concern="stale" found={concernsOf(machine, now)} />
          <Ago at={lastHeardOf(machine)} now={now} />
        </>
      ),
      value: (machine) => isoTime(lastHeardOf(machine)),
    },
    {
      ...{ id: 'connections', header: 'Connections', width: 'minmax(13rem, 1fr)' },
      cell: ({ connections }) => <Connected connections={connections} />,
      value: (machine) => connected(machine).join(' '),
    },
    {
      ...{ id: 'backlog', header: 'Backlog', width: 'minmax(20rem, 1fr)', sort: 'backlog', firstOrder: 'desc' },
      cell: (machine) => (
        <>
          <Mark concern="backlog" found={concernsOf(machine, now)} />
          {backlogText(machine, now)}
        </>
      ),
      value: ({ spool }) => spool?.entries,
    },
    {
      ...{ id: 'enrolled', header: 'Enrolled', width: 'minmax(6.5rem, 1fr)', sort: 'enrolled', firstOrder: 'desc' },
      cell: ({ enrolledAt }) => <Ago at={enrolledAt} now={now} />,
      value: ({ enrolledAt }) => isoTime(enrolledAt),
    },
  ];
}

/** What waits on the agent's disk: "1204 entries, 3.1 MB, oldest 2 h ago". */
export function backlogText({ spool }: MachineRow, now: number): string {
  if (spool === undefined) return 'not said';
  const { entries, bytes, oldestAt } = spool;
  if (entries === 0) return 'none';
  const age = oldestAt === undefined ? '' : `, oldest ${formatRelative(oldestAt / 1000, now / 1000)}`;
  return `${entries} ${entries === 1 ? 'entry' : 'entries'}, ${formatQuantity(bytes, { base: 'B' })}${age}`;
}

/** How long ago, with the moment itself for who points at it. */
function Ago({ at, now }: { at: number; now: number }) {
  return (
    <time dateTime={isoTime(at)} title={formatTime(at / 1000, timeZone.value)}>
      {formatRelative(at / 1000, now / 1000)}
    </time>
  );
}

function Mark({ concern, found }: { concern: Concern; found: readonly Concern[] }) {
  if (!found.includes(concern)) return null;
  const { label, meaning } = concernFacts[concern];
  return (
    <span class="agent-mark" title={meaning}>
      <span aria-hidden="true">! </span>
      {label}
    </span>
  );
}

/** The ways in which the agent can be connected; those in which it is not are named too. */
function Connected({ connections }: Pick<MachineRow, 'connections'>) {
  return (
    <ul class="connections">
      {connectionNames.map((name) => {
        const { label, meaning } = connectionFacts[name];
        const connection = connections[name];
        const how =
          connection === undefined
            ? 'Not connected'
            : `Connected since ${formatTime(connection.connectedAt / 1000, timeZone.value)}`;
        return (
          <li
            key={name}
            class={connection === undefined ? 'connection' : 'connection is-open'}
            title={`${how}: ${meaning}`}
          >
            <span aria-hidden="true">{connection === undefined ? '○' : '●'} </span>
            {label}
            <span class="visually-hidden">{connection === undefined ? ' not connected' : ' connected'}</span>
          </li>
        );
      })}
    </ul>
  );
}

const isoTime = (ms: number): string => new Date(ms).toISOString();
