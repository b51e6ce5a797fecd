import type { User } from '@moorline/cc-api';
import { useState } from 'preact/hooks';
import type { Person } from '../../api/roles.js';
import { useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';
import { Button } from '../../ui/button.js';
import { EmptyState, ErrorState, Loading } from '../../ui/states.js';
import { RemoveUserDialog } from './remove-user-dialog.js';
import { EditUserDialog } from './edit-user-dialog.js';
import { NewUserDialog } from './new-user-dialog.js';

/** Which dialog is open, and for whom. */
type Open = { dialog: 'new' } | { dialog: 'edit' | 'remove'; user: User };

/** Who may sign in. */
export function UsersPage({ me }: { me: Person }) {
  const { cc } = useApp();
  const users = useQuery('users', async (signal) => (await cc()).listUsersBySession({ signal }));
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const { data } = users;
  if (data === undefined) {
    if (users.error === undefined) return <Loading label="Users" />;
    return <ErrorState title="The users could not be read" error={users.error} onRetry={users.refetch} />;
  }
  return (
    <>
      <div class="admin-actions">
        <Button kind="primary" onClick={() => setOpen({ dialog: 'new' })}>
          Add a user
        </Button>
      </div>
      {data.length === 0 ? (
        <EmptyState title="There are no users">You signed in by the link of the terminal.</EmptyState>
      ) : (
        <UserTable users={data} me={me} onOpen={setOpen} />
      )}
      {open?.dialog === 'new' ? <NewUserDialog onClose={close} onChanged={users.refetch} /> : null}
      {open?.dialog === 'edit' ? (
        <EditUserDialog
          user={open.user}
          isSelf={open.user.username === me.username}
          onClose={close}
          onChanged={users.refetch}
        />
      ) : null}
      {open?.dialog === 'remove' ? (
        <RemoveUserDialog username={open.user.username} onClose={close} onChanged={users.refetch} />
      ) : null}
    </>
  );
}

function UserTable({ users, me, onOpen }: { users: readonly User[]; me: Person; onOpen: (open: Open) => void }) {
  return (
    <div class="table-frame">
      <table class="plain-table">
        <caption class="visually-hidden">Users, their roles and projects</caption>
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col">Name</th>
            <th scope="col">E-mail</th>
            <th scope="col">Roles</th>
            <th scope="col">Projects</th>
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.username}>
              <th scope="row" class="text" data-label="User">
                {user.username}
              </th>
              <td data-label="Name">{user.name}</td>
              <td data-label="E-mail">{user.email}</td>
              <td data-label="Roles">{(user.roles ?? []).join(', ') || <span class="faint">none</span>}</td>
              <td data-label="Projects">{(user.projects ?? []).filter((project) => project !== '').join(', ')}</td>
              <td class="row-actions">
                <Button
                  onClick={() => onOpen({ dialog: 'edit', user })}
                  aria-label={`Change roles and projects of ${user.username}`}
                >
                  Change
                </Button>
                <Button
                  kind="danger"
                  disabled={user.username === me.username}
                  title={user.username === me.username ? 'You cannot remove yourself' : undefined}
                  onClick={() => onOpen({ dialog: 'remove', user })}
                  aria-label={`Remove ${user.username}`}
                >
                  Remove
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
