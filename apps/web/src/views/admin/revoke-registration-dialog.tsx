import type { Registration } from '@moorline/control-api';
import { useApp } from '../../app-context.js';
import { Dialog } from '../../ui/dialog.js';
import { FailureNote } from './failure-note.js';
import { FormActions } from './form-actions.js';
import { useSubmit } from './use-submit.js';

/** Properties of {@link RevokeRegistrationDialog}. */
export interface RevokeRegistrationDialogProps {
  registration: Registration;
  onClose: () => void;
  /** Something was changed on the server. */
  onChanged: () => void;
}

/** Asks once more, and says what stays. */
export function RevokeRegistrationDialog({ registration, onClose, onChanged }: RevokeRegistrationDialogProps) {
  const { control, notices } = useApp();
  const submit = useSubmit();
  const { id, group } = registration;
  const send = () =>
    submit.run(async (signal) => {
      await control.revokeRegistration(id, { signal });
      onChanged();
      notices.show(`A registration token of group ${group} was revoked`);
      onClose();
    });
  return (
    <Dialog
      title={`Revoke this registration token of group ${group}?`}
      onClose={onClose}
      onSubmit={send}
      actions={<FormActions label="Revoke" kind="danger" isBusy={submit.isBusy} onClose={onClose} />}
    >
      <p>
        No machine can enrol with <span class="mono">{id}</span> any more. Machines that enrolled with it stay.
      </p>
      {submit.error === undefined ? null : <FailureNote title="The token was not revoked" error={submit.error} />}
    </Dialog>
  );
}
