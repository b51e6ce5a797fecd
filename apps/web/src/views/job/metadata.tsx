import { useState } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/fields.js';
import { describeError } from '../../ui/states.js';
import { mayEditJobs } from './may-edit.js';
import type { EditableProps } from './tags.js';

/** Longer texts, such as job scripts, are folded away. */
const foldAfter = 240;

/** What was noted of the job, by the scheduler or by people; who may, changes it. */
export function Metadata({ job, onChange }: EditableProps) {
  const { session } = useApp();
  const state = session.state.value;
  const mayEdit = state.status === 'signedIn' && mayEditJobs(state.me.roles);
  const [editing, setEditing] = useState<{ key: string; value: string }>();
  const entries = Object.entries(job.metaData ?? {});
  if (entries.length === 0 && !mayEdit) return null;
  return (
    <section class="metadata" aria-label="Metadata">
      <header class="section-head">
        <h2>Metadata</h2>
        {mayEdit ? (
          <Button kind="quiet" onClick={() => setEditing({ key: '', value: '' })}>
            Add an entry
          </Button>
        ) : null}
      </header>
      {entries.length === 0 ? <p class="quiet-text">None</p> : null}
      <dl class="meta-list">
        {entries.map(([key, value]) => (
          <div key={key} class="meta-entry">
            <dt class="text" dir="auto">
              {key}
            </dt>
            <dd dir="auto">
              <MetaValue value={value} />
              {mayEdit ? (
                <Button kind="quiet" aria-label={`Change ${key}`} onClick={() => setEditing({ key, value })}>
                  Change
                </Button>
              ) : null}
            </dd>
          </div>
        ))}
      </dl>
      {editing === undefined ? null : (
        <EditEntry job={job} entry={editing} onChange={onChange} onClose={() => setEditing(undefined)} />
      )}
    </section>
  );
}

function MetaValue({ value }: { value: string }) {
  if (value.length <= foldAfter && !value.includes('\n')) return <span class="text">{value}</span>;
  return (
    <details>
      <summary>{value.length.toLocaleString('en')} characters</summary>
      <pre class="meta-text">{value}</pre>
    </details>
  );
}

interface EditEntryProps extends EditableProps {
  entry: { key: string; value: string };
  onClose: () => void;
}

function EditEntry({ job, entry, onChange, onClose }: EditEntryProps) {
  const { cc, notices } = useApp();
  const [key, setKey] = useState(entry.key);
  const [value, setValue] = useState(entry.value);
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const isNew = entry.key === '';

  const save = async () => {
    if (key.trim() === '') {
      setError('An entry has a name.');
      return;
    }
    setBusy(true);
    try {
      const client = await cc();
      const changed = await client.editMeta(job.id ?? 0, { key: key.trim(), value });
      onChange({ metaData: changed.metaData });
      notices.announce(`${key} saved`);
      onClose();
    } catch (failure) {
      setError(describeError(failure).message);
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={isNew ? 'Add an entry' : 'Change an entry'}
      onClose={onClose}
      onSubmit={() => void save()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={isBusy}>
            Save
          </Button>
        </>
      }
    >
      <TextField label="Name" value={key} onValue={setKey} readOnly={!isNew} autocomplete="off" />
      <TextField label="Value" value={value} onValue={setValue} error={error} autocomplete="off" />
    </Dialog>
  );
}
