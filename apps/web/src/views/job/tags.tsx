import { isMoorlineError } from '@moorline/core';
import type { Job, Tag } from '@moorline/control-api';
import { useState } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { SelectField, TextField } from '../../ui/fields.js';
import { describeError } from '../../ui/states.js';
import { tagScopesFor } from './may-edit.js';

/** Properties of {@link Tags} and of what edits the job's metadata. */
export interface EditableProps {
  job: Job;
  /** The server has changed the job. */
  onChange: (changed: Partial<Job>) => void;
}

/** A job's tags; who may, adds and removes them. */
export function Tags({ job, onChange }: EditableProps) {
  const { cc, notices, session } = useApp();
  const state = session.state.value;
  const scopes = tagScopesFor(state.status === 'signedIn' ? state.me.roles : []);
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<number>();
  const tags = job.tags ?? [];
  const id = job.id ?? 0;

  const remove = async (tag: Tag) => {
    setRemoving(tag.id);
    try {
      const client = await cc();
      const changed = await client.untagJob(id, [{ type: tag.type, name: tag.name, scope: tag.scope }]);
      onChange({ tags: changed.tags ?? [] });
      notices.announce(`Tag ${tag.type}: ${tag.name} removed`);
    } catch (error) {
      notices.show(`The tag could not be removed: ${describeError(error).message}`, 'error');
    }
    setRemoving(undefined);
  };

  return (
    <section aria-label="Tags">
      <header class="section-head">
        <h2>Tags</h2>
        {scopes.length === 0 ? null : (
          <Button kind="quiet" onClick={() => setAdding(true)}>
            Add a tag
          </Button>
        )}
      </header>
      {tags.length === 0 ? <p class="quiet-text">None</p> : null}
      <ul class="tag-list">
        {tags.map((tag) => (
          <li key={tag.id} class="tag">
            <span class="text" dir="auto">
              {tag.type}: {tag.name}
            </span>
            {tag.scope === 'global' ? null : <small class="text">{tag.scope}</small>}
            {scopes.some((scope) => scope === tag.scope) ? (
              <button
                type="button"
                class="tag-remove"
                aria-label={`Remove the tag ${tag.type}: ${tag.name}`}
                disabled={removing === tag.id}
                onClick={() => void remove(tag)}
              >
                ×
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {isAdding ? <AddTag job={job} scopes={scopes} onChange={onChange} onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

interface AddTagProps extends EditableProps {
  scopes: readonly ('global' | 'admin')[];
  onClose: () => void;
}

const scopeLabels = { global: 'Everybody', admin: 'Administrators and support only' };

function AddTag({ job, scopes, onChange, onClose }: AddTagProps) {
  const { cc, notices } = useApp();
  const [type, setType] = useState('');
  const [name, setName] = useState('');
  const [scope, setScope] = useState<'global' | 'admin'>('global');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  const add = async () => {
    if (type.trim() === '' || name.trim() === '') {
      setError('A tag has a type and a name.');
      return;
    }
    setBusy(true);
    try {
      const client = await cc();
      const changed = await client.tagJob(job.id ?? 0, [{ type: type.trim(), name: name.trim(), scope }]);
      onChange({ tags: changed.tags ?? [] });
      notices.announce(`Tag ${type}: ${name} added`);
      onClose();
    } catch (failure) {
      const { message, hint } = describeError(failure);
      setError(isMoorlineError(failure) && hint !== undefined ? `${message} (${hint})` : message);
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="Add a tag"
      onClose={onClose}
      onSubmit={() => void add()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={isBusy}>
            Add
          </Button>
        </>
      }
    >
      <TextField label="Type" value={type} onValue={setType} hint="Such as: issue, software" autocomplete="off" />
      <TextField label="Name" value={name} onValue={setName} error={error} autocomplete="off" />
      <SelectField
        label="Who sees it"
        options={scopes.map((value) => ({ value, label: scopeLabels[value] }))}
        value={scope}
        onValue={setScope}
      />
    </Dialog>
  );
}
