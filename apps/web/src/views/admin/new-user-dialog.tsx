import { useRef, useState } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/fields.js';
import { FailureNote } from './failure-note.js';
import { focusFirstError } from './focus-first-error.js';
import { FormActions } from './form-actions.js';
import { type Rights, RightsFields } from './rights-fields.js';
import { useSubmit } from './use-submit.js';
import { checkNewUser, describeChange, readProjects, stepsToCreate, type UserForm } from './user-form.js';

/** Properties of {@link NewUserDialog}. */
export interface NewUserDialogProps {
  onClose: () => void;
  /** Something was changed on the server. */
  onChanged: () => void;
}

/** Adds a user. What is typed, the password too, lives as long as the dialog. */
export function NewUserDialog({ onClose, onChanged }: NewUserDialogProps) {
  const { cc, notices } = useApp();
  const submit = useSubmit();
  const body = useRef<HTMLDivElement>(null);
  const [texts, setTexts] = useState({ username: '', password: '', name: '', email: '' });
  const [rights, setRights] = useState<Rights>({ roles: ['user'], projects: '' });
  const [errors, setErrors] = useState<ReturnType<typeof checkNewUser>>({});
  /** The step at which it stopped, once the user was there. */
  const [missed, setMissed] = useState<string>();

  const send = () => {
    const form: UserForm = {
      ...texts,
      username: texts.username.trim(),
      roles: rights.roles,
      projects: readProjects(rights.projects),
    };
    const found = checkNewUser(form);
    setErrors(found);
    if (Object.keys(found).length > 0) {
      focusFirstError(body);
      return;
    }
    submit.run(async (signal) => {
      const { user, changes } = stepsToCreate(form);
      const client = await cc();
      await client.createUser(user, { signal });
      onChanged();
      for (const change of changes) {
        setMissed(describeChange(change));
        await client.updateUserBySession(form.username, change, { signal });
      }
      onChanged();
      notices.show(`User ${form.username} was added`);
      onClose();
    });
  };
  const textField = (name: keyof typeof texts, label: string, more: TextFieldMore = {}) => (
    <TextField
      label={label}
      value={texts[name]}
      autocomplete="off"
      spellcheck={false}
      {...more}
      onValue={(value) => setTexts({ ...texts, [name]: value })}
    />
  );

  if (submit.error !== undefined && missed !== undefined) {
    return (
      <Dialog title="The user was added, but not with all rights" onClose={onClose} onSubmit={onClose}>
        <FailureNote title={`Could not ${missed}`} error={submit.error} />
        <p>Change the roles and projects of {texts.username.trim()} to add what is missing.</p>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Add a user"
      onClose={onClose}
      onSubmit={send}
      actions={<FormActions label="Add" isBusy={submit.isBusy} onClose={onClose} />}
    >
      <div ref={body} class="form">
        {textField('username', 'User name', { hint: 'To sign in with.', error: errors.username })}
        {textField('password', 'Password', {
          ...{ type: 'password', autocomplete: 'new-password', error: errors.password },
          hint: 'A program (the role api alone) has tokens and needs none.',
        })}
        {textField('name', 'Full name')}
        {textField('email', 'E-mail', { type: 'email' })}
        <RightsFields rights={rights} errors={errors} onChange={setRights} />
        {submit.error === undefined ? null : <FailureNote title="The user was not added" error={submit.error} />}
      </div>
    </Dialog>
  );
}

type TextFieldMore = Partial<Parameters<typeof TextField>[0]>;
