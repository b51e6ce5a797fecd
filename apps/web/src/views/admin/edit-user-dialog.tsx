import { type User, type UserChange, userRoles } from '@moorline/cc-api';
import { useRef, useState } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import { Dialog } from '../../ui/dialog.js';
import { FailureNote } from './failure-note.js';
import { focusFirstError } from './focus-first-error.js';
import { FormActions } from './form-actions.js';
import { type Rights, RightsFields } from './rights-fields.js';
import { useSubmit } from './use-submit.js';
import { checkRoles, describeChange, type FieldErrors, readProjects, stepsToChange } from './user-form.js';

/** Properties of {@link EditUserDialog}. */
export interface EditUserDialogProps {
  user: User;
  /** Whether it is the one who sits there. */
  isSelf: boolean;
  onClose: () => void;
  /** Something was changed on the server. */
  onChanged: () => void;
}

/** Changes the roles and projects of a user. */
export function EditUserDialog({ user, isSelf, onClose, onChanged }: EditUserDialogProps) {
  const { cc, notices } = useApp();
  const submit = useSubmit();
  const body = useRef<HTMLDivElement>(null);
  const [rights, setRights] = useState<Rights>(rightsOf(user));
  const [errors, setErrors] = useState<FieldErrors<'roles' | 'projects'>>({});
  const [done, setDone] = useState<readonly UserChange[]>([]);

  const send = () => {
    const wanted = { roles: rights.roles, projects: readProjects(rights.projects) };
    const locksOut = isSelf && !wanted.roles.includes('admin');
    const found = { ...checkRoles(wanted), ...(locksOut && { roles: ownAdmin }) };
    setErrors(found);
    if (Object.keys(found).length > 0) {
      focusFirstError(body);
      return;
    }
    submit.run(async (signal) => {
      const client = await cc();
      // What an earlier attempt did is done, and somebody else may have changed more.
      const users = await client.listUsersBySession({ signal });
      const current = users.find(({ username }) => username === user.username) ?? user;
      const made: UserChange[] = [];
      setDone(made);
      for (const change of stepsToChange(current, wanted)) {
        await client.updateUserBySession(user.username, change, { signal });
        made.push(change);
        setDone([...made]);
        onChanged();
      }
      notices.show(`Roles and projects of ${user.username} are as you chose`);
      onClose();
    });
  };

  return (
    <Dialog
      title={`Roles and projects of ${user.username}`}
      onClose={onClose}
      onSubmit={send}
      actions={<FormActions label="Save" isBusy={submit.isBusy} onClose={onClose} />}
    >
      <div ref={body} class="form">
        <RightsFields rights={rights} errors={errors} onChange={setRights} />
        {submit.error === undefined ? null : <FailureNote title="Not all of it could be done" error={submit.error} />}
        {submit.error === undefined || done.length === 0 ? null : (
          <p>Done before: {done.map(describeChange).join(', ')}.</p>
        )}
      </div>
    </Dialog>
  );
}

const ownAdmin = 'You cannot take the role admin from yourself: nobody might be left to give it back.';

const rightsOf = ({ roles, projects }: User): Rights => ({
  roles: userRoles.filter((role) => roles?.includes(role)),
  projects: (projects ?? []).filter((project) => project !== '').join(', '),
});
