import { createFakeClock } from '@moorline/core/testing';
import { expect, it } from 'vitest';
import { createSignInLinks } from './sign-in-links.js';

const at = 1_700_000_000_000;

it('signs its user in once', async () => {
  const links = createSignInLinks({ clock: createFakeClock(at) });
  const { link, expiresAt } = await links.create('ada');
  expect(link).toMatch(/^[0-9a-f]{64}$/);
  expect(expiresAt).toBe(at + 600_000);
  expect(await links.redeem(`${link}0`)).toBeUndefined();
  expect(await links.redeem(link)).toBe('ada');
  expect(await links.redeem(link)).toBeUndefined();
});

it('signs only one of many in who try at once', async () => {
  const links = createSignInLinks();
  const { link } = await links.create('ada');
  const tried = await Promise.all(Array.from({ length: 20 }, () => links.redeem(link)));
  expect(tried.filter((name) => name !== undefined)).toEqual(['ada']);
});

it('is void when its time is over', async () => {
  const clock = createFakeClock(at);
  const links = createSignInLinks({ clock, lifetimeMs: 1000 });
  const [early, late] = [await links.create('ada'), await links.create('ada')];
  await clock.advance(999);
  expect(await links.redeem(early.link)).toBe('ada');
  await clock.advance(1);
  expect(await links.redeem(late.link)).toBeUndefined();
});

it('gives way to newer ones beyond the limit', async () => {
  const links = createSignInLinks({ maxLinks: 2 });
  const [first, second, third] = [await links.create('a'), await links.create('b'), await links.create('c')];
  expect(await links.redeem(first.link)).toBeUndefined();
  expect(await links.redeem(second.link)).toBe('b');
  expect(await links.redeem(third.link)).toBe('c');
});
