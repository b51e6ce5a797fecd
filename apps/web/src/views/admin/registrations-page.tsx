import type { Registration } from '@moorline/control-api';
import { useState } from 'preact/hooks';
import { useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';
import { formatTime } from '../../format/time.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { timeZone } from '../../ui/preferences.js';
import { EmptyState, ErrorState, Loading } from '../../ui/states.js';
import { NewRegistrationDialog } from './new-registration-dialog.js';
import { RevokeRegistrationDialog } from './revoke-registration-dialog.js';

/** What machines enrol with. */
export function RegistrationsPage() {
  const { control } = useApp();
  const list = useQuery('registrations', (signal) => control.listRegistrations({ signal }));
  const [isMaking, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<Registration>();
  if (list.data === undefined) {
    if (list.error === undefined) return <Loading label="Registration tokens" />;
    return <ErrorState title="The registration tokens could not be read" error={list.error} onRetry={list.refetch} />;
  }
  const { registrations } = list.data;
  return (
    <>
      <div class="admin-actions">
        <Button kind="primary" onClick={() => setMaking(true)}>
          Make a registration token
        </Button>
      </div>
      {registrations.length === 0 ? (
        <EmptyState title="There is no registration token">A machine needs one to enrol, once.</EmptyState>
      ) : (
        <RegistrationTable registrations={registrations} onRevoke={setRevoked} />
      )}
      {isMaking ? <NewRegistrationDialog onClose={() => setMaking(false)} onChanged={list.refetch} /> : null}
      {revoked === undefined ? null : (
        <RevokeRegistrationDialog
          registration={revoked}
          onClose={() => setRevoked(undefined)}
          onChanged={list.refetch}
        />
      )}
    </>
  );
}

const tones: Readonly<Record<Registration['state'], Tone>> = {
  open: 'good',
  'used up': 'idle',
  expired: 'idle',
  revoked: 'bad',
};

interface RegistrationTableProps {
  registrations: readonly Registration[];
  onRevoke: (registration: Registration) => void;
}

function RegistrationTable({ registrations, onRevoke }: RegistrationTableProps) {
  return (
    <div class="table-frame">
      <table class="plain-table">
        <caption class="visually-hidden">Registration tokens, without their secrets</caption>
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col">State</th>
            <th scope="col">Uses left</th>
            <th scope="col">Expires</th>
            <th scope="col">Whole clusters</th>
            <th scope="col">Made</th>
            <th scope="col">Id</th>
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {registrations.map((registration) => {
            const { id, group, state, usesLeft, expiresAt, clusters, createdAt } = registration;
            return (
              <tr key={id}>
                <th scope="row" class="text" data-label="Group">
                  {group}
                </th>
                <td data-label="State">
                  <Badge tone={tones[state]}>{state}</Badge>
                </td>
                <td class="number" data-label="Uses left">
                  {usesLeft ?? 'any number'}
                </td>
                <td data-label="Expires">
                  {expiresAt === undefined ? 'never' : formatTime(expiresAt / 1000, timeZone.value)}
                </td>
                <td data-label="Clusters">
                  {clusters.includes('*') ? 'all' : clusters.join(', ') || <span class="faint">none</span>}
                </td>
                <td data-label="Made">{formatTime(createdAt / 1000, timeZone.value)}</td>
                <td class="mono" data-label="Id">
                  {id}
                </td>
                <td class="row-actions">
                  {state === 'open' ? (
                    <Button
                      kind="danger"
                      onClick={() => onRevoke(registration)}
                      aria-label={`Revoke the token ${id} of group ${group}`}
                    >
                      Revoke
                    </Button>
                  ) : null}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
