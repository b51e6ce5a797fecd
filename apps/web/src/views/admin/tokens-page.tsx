import { useState } from 'preact/hooks';
import type { Person } from '../../api/roles.js';
import { useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';
import { formatTime } from '../../format/time.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/fields.js';
import { timeZone } from '../../ui/preferences.js';
import { FailureNote } from './failure-note.js';
import { ShownOnce } from './shown-once.js';
import { readTokenFacts } from './token-facts.js';
import { useSubmit } from './use-submit.js';

/** Tokens of users, for programs: made here, kept nowhere. */
export function TokensPage({ me }: { me: Person }) {
  const { cc } = useApp();
  const users = useQuery('users', async (signal) => (await cc()).listUsersBySession({ signal }));
  const submit = useSubmit();
  const [username, setUsername] = useState(me.username);
  const [error, setError] = useState<string>();
  const [token, setToken] = useState<string>();

  const send = () => {
    const name = username.trim();
    setError(name === '' ? 'Whose token is it?' : undefined);
    if (name === '') return;
    submit.run(async (signal) => setToken(await (await cc()).createJwt(name, { signal })));
  };
  return (
    <>
      <p class="admin-text">
        A JSON Web Token lets a program use the ClusterCockpit REST API in a user’s name, with the roles that the user
        has now. The API takes users with the role api, alone or beside admin. The server keeps no list of tokens: one
        that leaks stays valid until it expires, so make them short-lived (<code>--jwt-lifetime</code> of the server).
      </p>
      <form
        class="form admin-form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextField
          label="User"
          hint="Whom the program speaks for."
          error={error}
          value={username}
          suggestions={users.data?.map((user) => user.username)}
          spellcheck={false}
          autocomplete="off"
          onValue={setUsername}
        />
        {submit.error === undefined ? null : <FailureNote title="No token was made" error={submit.error} />}
        <div class="form-actions">
          <Button kind="primary" type="submit" disabled={submit.isBusy}>
            Make a token
          </Button>
        </div>
      </form>
      {token === undefined ? null : <TokenDialog token={token} onClose={() => setToken(undefined)} />}
    </>
  );
}

function TokenDialog({ token, onClose }: { token: string; onClose: () => void }) {
  const facts = readTokenFacts(token);
  return (
    <Dialog title="The token, shown this once" onClose={onClose} actions={<Button onClick={onClose}>Done</Button>}>
      <p class="text">
        It speaks for {facts?.subject ?? 'the user'}
        {facts === undefined || facts.roles.length === 0 ? ', without a role' : ` (${facts.roles.join(', ')})`},{' '}
        {facts?.expiresAt === undefined
          ? 'and does not expire'
          : `until ${formatTime(facts.expiresAt, timeZone.value)}`}
        .
      </p>
      <ShownOnce label="Token" secret={token} />
      <p>
        A program sends it as <code>Authorization: Bearer …</code>. Whoever has it can do what the user may.
      </p>
    </Dialog>
  );
}
