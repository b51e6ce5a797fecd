import { expect, it } from 'vitest';
import { createLinkWork } from './link-work.js';

it('makes no link where the server does not listen on a loopback address', async () => {
  const never = () => Promise.reject(new Error('not asked'));
  const users = { find: never, create: never };
  const work = createLinkWork({ users, links: { create: never }, loopbackUrl: undefined });
  await expect(work['link-create']({})).rejects.toMatchObject({ code: 'not_on_loopback', hint: expect.any(String) });
});
