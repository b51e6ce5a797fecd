import { useApp } from '../app-context.js';
import { Button } from '../ui/button.js';
import { timeZone } from '../ui/preferences.js';
import './connection-mark.css';

const words = { connecting: 'Connecting', online: 'Live', offline: 'Offline' };

/** Whether what one sees is live. */
export function ConnectionMark() {
  const { connection } = useApp();
  const state = connection.state.value;
  return (
    <span class={`connection connection-${state}`} role="status" aria-label={`Connection: ${words[state]}`}>
      <span class="connection-dot" aria-hidden="true" />
      <span class="connection-word">{words[state]}</span>
    </span>
  );
}

/** While the control plane does not answer: what one sees is from before. */
export function OutageBanner() {
  const { connection, queries } = useApp();
  const since = connection.offlineSince.value;
  if (since === undefined) return null;
  const zone = timeZone.value === 'utc' ? { timeZone: 'UTC', timeZoneName: 'short' as const } : {};
  const time = new Date(since).toLocaleTimeString([], { hour12: false, ...zone });
  return (
    <div class="outage" role="alert">
      <p>
        <strong>The control plane does not answer</strong> since {time}. What you see is from before; it is tried again
        by itself.
      </p>
      <Button onClick={() => queries.refetch()}>Try now</Button>
    </div>
  );
}
