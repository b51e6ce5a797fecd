import { isControlApiError } from '@moorline/control-api';
import { useEffect, useRef, useState } from 'preact/hooks';
import { logIn } from '../../api/password-login.js';
import { useApp } from '../../app-context.js';
import { BrandMark } from '../../frame/brand-mark.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/fields.js';
import { takeLink } from './one-time-link.js';
import './sign-in.css';

/** Signing in by user and password, or by the one-time link that `npm start` opens. */
export function SignInView() {
  const { session, router } = useApp();
  const [link] = useState(() => takeLink(window));
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const isSignedIn = session.state.value.status === 'signedIn';
  useEffect(() => {
    document.title = 'Sign in · Moorline';
  }, []);
  useEffect(() => {
    // A link may be somebody else's: it is redeemed even where one is signed in.
    if (isSignedIn && link === undefined) router.navigateBack();
  }, [isSignedIn, link, router]);

  return (
    <main class="entrance">
      <div class="sign-in">
        <p class="sign-in-brand">
          <BrandMark />
          Moorline
        </p>
        <h1>Sign in</h1>
        {link !== undefined && failure === undefined ? (
          <LinkSignIn link={link} onFailure={setFailure} />
        ) : (
          <PasswordSignIn linkFailure={failure} />
        )}
      </div>
    </main>
  );
}

function LinkSignIn({ link, onFailure }: { link: string; onFailure: (message: string) => void }) {
  const { control, session, router } = useApp();
  useEffect(() => {
    const redeem = async () => {
      try {
        await control.redeemLink(link);
        await session.read();
        router.navigateBack();
      } catch (error) {
        onFailure(linkFailure(error));
      }
    };
    void redeem();
  }, [link, control, session, router, onFailure]);
  return (
    <p class="sign-in-note" role="status">
      Signing in by the link…
    </p>
  );
}

function linkFailure(error: unknown): string {
  if (!isControlApiError(error)) return 'The link could not be used. Sign in with a password, or make a new link.';
  if (error.code === 'link_spent') {
    return 'This link was used already, or is too old: each works once, for a few minutes. Make a new one, or sign in with a password.';
  }
  if (error.code === 'forbidden') return 'Such a link works only on the machine that the server runs on.';
  return `The link could not be used: ${error.message}`;
}

function PasswordSignIn({ linkFailure: reason }: { linkFailure: string | undefined }) {
  const { session, baseUrl } = useApp();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState(reason);
  const [isBusy, setIsBusy] = useState(false);
  const userField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  useEffect(() => userField.current?.focus(), []);

  const submit = async () => {
    setIsBusy(true);
    setFailure(undefined);
    try {
      const outcome = await logIn(baseUrl, username, password);
      if (outcome.ok) await session.read();
      else {
        setFailure(outcome.reason);
        setPassword('');
        passwordField.current?.focus();
      }
    } catch {
      setFailure('The control plane does not answer. Try again in a moment.');
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form
      class="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit();
      }}
    >
      {failure === undefined ? null : (
        <p class="sign-in-failure text" role="alert">
          {failure}
        </p>
      )}
      <TextField
        label="User"
        name="username"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
        value={username}
        onValue={setUsername}
        inputRef={userField}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        value={password}
        onValue={setPassword}
        inputRef={passwordField}
      />
      <Button kind="primary" type="submit" disabled={isBusy}>
        {isBusy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}
