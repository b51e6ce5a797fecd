import type { CreatedRegistration } from '@moorline/control-api';
import { useRef, useState } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import { useClusters } from '../../api/use-clusters.js';
import { formatTime } from '../../format/time.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { SelectField, TextField } from '../../ui/fields.js';
import { timeZone } from '../../ui/preferences.js';
import { FailureNote } from './failure-note.js';
import { focusFirstError } from './focus-first-error.js';
import { FormActions } from './form-actions.js';
import { lifetimes, loginCommand, readRegistration, type RegistrationErrors } from './registration-form.js';
import { ShownOnce } from './shown-once.js';
import { useSubmit } from './use-submit.js';

/** Properties of {@link NewRegistrationDialog}. */
export interface NewRegistrationDialogProps {
  onClose: () => void;
  /** Something was changed on the server. */
  onChanged: () => void;
}

/** Makes a registration token, then shows it once. */
export function NewRegistrationDialog({ onClose, onChanged }: NewRegistrationDialogProps) {
  const { control } = useApp();
  const clusters = useClusters();
  const submit = useSubmit();
  const body = useRef<HTMLDivElement>(null);
  const [form, setForm] = useState({ group: '', lifetime: '24 hours', uses: '1', clusters: '' });
  const [errors, setErrors] = useState<RegistrationErrors>({});
  const [created, setCreated] = useState<CreatedRegistration>();

  const send = () => {
    const read = readRegistration(form);
    setErrors(read.ok ? {} : read.errors);
    if (!read.ok) {
      focusFirstError(body);
      return;
    }
    submit.run(async (signal) => {
      setCreated(await control.createRegistration(read.registration, { signal }));
      onChanged();
    });
  };

  if (created !== undefined) return <CreatedDialog created={created} onClose={onClose} />;
  return (
    <Dialog
      title="Make a registration token"
      onClose={onClose}
      onSubmit={send}
      actions={<FormActions label="Make" isBusy={submit.isBusy} onClose={onClose} />}
    >
      <div ref={body} class="form">
        <TextField
          label="Group"
          hint="The node group that machines join; it is the name of their cluster."
          error={errors.group}
          value={form.group}
          suggestions={clusters.data?.clusters.map(({ name }) => name)}
          spellcheck={false}
          autocomplete="off"
          onValue={(group) => setForm({ ...form, group })}
        />
        <SelectField
          label="Can be used for"
          options={lifetimes.map(({ label }) => ({ value: label, label }))}
          value={form.lifetime}
          onValue={(lifetime) => setForm({ ...form, lifetime })}
        />
        <TextField
          label="Machines that it enrols"
          error={errors.uses}
          value={form.uses}
          inputMode="numeric"
          autocomplete="off"
          onValue={(uses) => setForm({ ...form, uses })}
        />
        <TextField
          label="Whole clusters"
          hint="Clusters that its machines may report for beside their own host, such as a head node; * for all. Usually none."
          error={errors.clusters}
          value={form.clusters}
          spellcheck={false}
          autocomplete="off"
          onValue={(names) => setForm({ ...form, clusters: names })}
        />
        {submit.error === undefined ? null : <FailureNote title="No token was made" error={submit.error} />}
      </div>
    </Dialog>
  );
}

function CreatedDialog({ created, onClose }: { created: CreatedRegistration; onClose: () => void }) {
  const { router } = useApp();
  const endpoint = new URL(router.href({ view: 'home' }), location.href).href.replace(/\/$/, '');
  return (
    <Dialog
      title="The registration token, shown this once"
      onClose={onClose}
      actions={<Button onClick={onClose}>Done</Button>}
    >
      <p>
        It can be used until {formatTime(created.expiresAt / 1000, timeZone.value)}. The server keeps only a hash of it.
      </p>
      <ShownOnce label="Registration token" secret={created.token} />
      <p>
        On the machine, start this and paste the token, then end the input with Ctrl+D; or put it into a file and name
        that in place of the dash:
      </p>
      <pre class="command">{loginCommand(endpoint)}</pre>
    </Dialog>
  );
}
