import { type ReadonlySignal, signal } from '@preact/signals';
import type { Person } from './roles.js';

/** Whether, and as whom, one is signed in. */
export type SessionState<Me extends Person = Person> =
  { status: 'unknown'; error?: unknown } | { status: 'signedOut' } | { status: 'signedIn'; me: Me };

/** Who is signed in. The session itself is a cookie that scripts cannot read. */
export interface Session<Me extends Person = Person> {
  state: ReadonlySignal<SessionState<Me>>;
  /** Asks the server; a failure that is no "nobody" stays in the state, for a second try. */
  read(): Promise<void>;
  /** The server no longer knows the session. */
  lost(): void;
  /** Ends the session on the server and here. */
  signOut(): Promise<void>;
}

/** Options of {@link createSession}. */
export interface SessionOptions<Me extends Person> {
  /** @returns undefined where nobody is signed in. */
  getMe: () => Promise<Me | undefined>;
  /** Takes the cookie away. */
  logOut: () => Promise<void>;
}

export function createSession<Me extends Person>({ getMe, logOut }: SessionOptions<Me>): Session<Me> {
  const state = signal<SessionState<Me>>({ status: 'unknown' });
  return {
    state,
    async read() {
      try {
        const me = await getMe();
        state.value = me === undefined ? { status: 'signedOut' } : { status: 'signedIn', me };
      } catch (error) {
        if (state.peek().status !== 'signedIn') state.value = { status: 'unknown', error };
      }
    },
    lost() {
      state.value = { status: 'signedOut' };
    },
    async signOut() {
      await logOut();
      state.value = { status: 'signedOut' };
    },
  };
}
