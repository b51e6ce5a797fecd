import { useApp } from '../../app-context.js';
import { Dialog } from '../../ui/dialog.js';
import { FailureNote } from './failure-note.js';
import { FormActions } from './form-actions.js';
import { useSubmit } from './use-submit.js';

/** Properties of {@link RemoveUserDialog}. */
export interface RemoveUserDialogProps {
  username: string;
  onClose: () => void;
  /** Something was changed on the server. */
  onChanged: () => void;
}

/** Asks once more, and says what stays. */
export function RemoveUserDialog({ username, onClose, onChanged }: RemoveUserDialogProps) {
  const { cc, notices } = useApp();
  const submit = useSubmit();
  const send = () =>
    submit.run(async (signal) => {
      await (await cc()).deleteUser(username, { signal });
      onChanged();
      notices.show(`User ${username} was removed`);
      onClose();
    });
  return (
    <Dialog
      title={`Remove ${username}?`}
      onClose={onClose}
      onSubmit={send}
      actions={<FormActions label="Remove" kind="danger" isBusy={submit.isBusy} onClose={onClose} />}
    >
      <p>
        The user can no longer sign in, and loses all sessions and settings. Jobs stay. Tokens that were issued stay
        valid until they expire, unless the server checks users (<code>--validate-users</code>).
      </p>
      {submit.error === undefined ? null : <FailureNote title="The user was not removed" error={submit.error} />}
    </Dialog>
  );
}
