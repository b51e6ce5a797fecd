import { LineProtocolError } from '../errors.js';

/**
 * The clients let most malformed subjects through and the server says nothing of them, so that a message is lost without
 * a word (docs/protocol.md §7.1).
 *
 * @param use wildcards `*` and `>` are for those who subscribe only.
 * @throws LineProtocolError `invalid_subject`.
 */
export function checkSubject(subject: string, use: 'publish' | 'subscribe'): void {
  const tokens = subject.split('.');
  const fault = tokens.includes('')
    ? 'has an empty token'
    : hasForbidden(subject)
      ? 'holds white space or a control character'
      : tokens.some((token, index) => !isToken(token, use, index === tokens.length - 1))
        ? 'has a wildcard where none may stand'
        : undefined;
  if (fault === undefined) return;
  throw new LineProtocolError(`subject ${JSON.stringify(subject)} ${fault}`, {
    code: 'invalid_subject',
    hint: 'A subject is words separated by single dots, such as cc.job.event.',
  });
}

/** Whether messages of `subject` go to those who subscribed to `pattern`. */
export function matchesSubject(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (const [index, want] of wanted.entries()) {
    if (want === '>') return tokens.length > index;
    if (index >= tokens.length || (want !== '*' && want !== tokens[index])) return false;
  }
  return wanted.length === tokens.length;
}

function hasForbidden(subject: string): boolean {
  for (let index = 0; index < subject.length; index++) {
    const unit = subject.charCodeAt(index);
    if (unit <= 0x20 || unit === 0x7f) return true;
  }
  return false;
}

function isToken(token: string, use: 'publish' | 'subscribe', isLast: boolean): boolean {
  if (use === 'publish') return !token.includes('*') && token !== '>';
  return token === '*' || (token === '>' && isLast) || !/[*>]/.test(token);
}
