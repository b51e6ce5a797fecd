import { expect, it } from 'vitest';
import { mailbox } from './mailbox.js';

it('handles one event after another, also those that come while it handles, and tells when none is left', () => {
  const log: string[] = [];
  const box = mailbox<string>(
    (event) => {
      log.push(`begin ${event}`);
      if (event === 'a') {
        box.post('b');
        box.post('c');
      }
      log.push(`end ${event}`);
    },
    () => log.push('idle'),
  );
  box.post('a');
  box.post('d');
  expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c', 'idle', 'begin d', 'end d', 'idle']);
});
