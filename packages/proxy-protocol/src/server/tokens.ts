import { randomBytes } from 'node:crypto';
import { ProxyError } from '../wire/proxy-error.js';
import type { TokenSession } from './token-session.js';
import type { Vm } from './vm.js';

/** So many tokens that were freed are remembered: a shim that comes again is told so. */
const mostFreed = 4096;

/** Tokens of v3: each is the right to one process' streams (docs/protocol.md, Tokens). */
export class Tokens {
  readonly #sessions = new Map<string, TokenSession>();
  readonly #freed = new Set<string>();

  /** 32 random bytes in 44 characters. */
  static make(): string {
    return randomBytes(32).toString('base64url') + '=';
  }

  add(session: TokenSession): void {
    this.#sessions.set(session.token, session);
  }

  /** The token is used up. */
  free(session: TokenSession): void {
    if (!this.#sessions.delete(session.token)) return;
    this.#freed.add(session.token);
    if (this.#freed.size <= mostFreed) return;
    for (const oldest of this.#freed) {
      this.#freed.delete(oldest);
      return;
    }
  }

  /**
   * The session that a shim asks for.
   *
   * @throws ProxyError `unknown_token`, `vm_lost`, or `token_claimed` where another shim has it, or has had it.
   */
  forShim(token: string): TokenSession {
    const session = this.#sessions.get(token);
    if (session !== undefined && !session.isClaimed) {
      if (session.vm.io.isEnded) throw session.vm.lost();
      return session;
    }
    if (session === undefined && !this.#freed.has(token)) throw unknownToken(`unknown token: ${token}`);
    throw new ProxyError('ConnectShim was refused: the token is claimed', {
      code: 'token_claimed',
      text: `token already claimed: ${token}`,
      hint: 'ask AttachVM for another token: each is for one process',
    });
  }

  /**
   * The session that a command names.
   *
   * @throws ProxyError `unknown_token`.
   */
  forCommand(token: string, vm: Vm): TokenSession {
    const session = this.#sessions.get(token);
    if (session?.vm !== vm) throw unknownToken(`unknown token ${token}`);
    return session;
  }
}

/** Tokens stay out of messages and logs: whoever has one has the process. */
function unknownToken(text: string): ProxyError {
  return new ProxyError('no such token', { code: 'unknown_token', text });
}
