import { type Clock, systemClock } from '@moorline/core';

/** What keeps the links. */
export interface SignInLinksOptions {
  /** Milliseconds that a link is good for. Default 10 minutes. */
  lifetimeMs?: number | undefined;
  /** Links that wait to be used; one more makes the oldest void. Default 16. */
  maxLinks?: number | undefined;
  clock?: Clock | undefined;
}

/** One-time links by which somebody at this machine signs in without a password. */
export interface SignInLinks {
  /** @returns the secret part of a new link, and when it ends in Unix milliseconds. */
  create(username: string): Promise<{ link: string; expiresAt: number }>;
  /** Uses a link up. @returns whose it was; undefined where it is none, or not any more. */
  redeem(link: string): Promise<string | undefined>;
}

/** Keeps links in memory, and of them their hashes only: they end with the process. */
export function createSignInLinks(options: SignInLinksOptions = {}): SignInLinks {
  const { lifetimeMs = 600_000, maxLinks = 16, clock = systemClock } = options;
  let links: { hash: Uint8Array; username: string; expiresAt: number }[] = [];

  return {
    async create(username) {
      const link = toHex(crypto.getRandomValues(new Uint8Array(32)));
      const expiresAt = clock.now() + lifetimeMs;
      const hash = await hashOf(link);
      links = [...links, { hash, username, expiresAt }].slice(-maxLinks);
      return { link, expiresAt };
    },
    async redeem(link) {
      const hash = await hashOf(link);
      const now = clock.now();
      // All of them are compared, each to its end: how long it takes tells nothing.
      const [found] = links.filter((one) => isSame(one.hash, hash));
      links = links.filter((one) => one !== found && one.expiresAt > now);
      return found !== undefined && found.expiresAt > now ? found.username : undefined;
    },
  };
}

async function hashOf(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  let difference = 0;
  for (let index = 0; index < one.length; index++) difference |= (one[index] ?? 0) ^ (other[index] ?? 0);
  return difference === 0;
}

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
