import { describe, expect, it } from 'vitest';
import { refusal } from './password-login.js';

describe('a refused login', () => {
  it.each([
    [401, '<main>\n<p role="alert">Wrong user or password.</p>\n', 'Wrong user or password.'],
    [
      401,
      '<p role="alert">Too many attempts. Try again in a few minutes.</p>',
      'Too many attempts. Try again in a few minutes.',
    ],
    [401, '<p role="alert">it &lt;says&gt; &amp;quot; so</p>', 'it <says> &quot; so'],
    [401, '{"error":"unauthorized"}', 'Wrong user or password.'],
    [429, '', 'Too many attempts. Try again in a few minutes.'],
    [500, '<h1>x</h1>', 'The server answered 500. Try again; its log tells more.'],
  ])('with status %i and the page %j is told as the server says it', (status, page, reason) => {
    expect(refusal(status, page)).toBe(reason);
  });
});
