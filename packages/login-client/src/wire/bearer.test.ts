import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearerHeader, isSendableToken, parseBearer, trimBlanks } from './bearer.js';

describe('bearerHeader and parseBearer', () => {
  it('#73 carries a token beyond ASCII as UTF-8 bytes shown as Latin-1', () => {
    expect(bearerHeader('tok-é漢<&>')).toBe('Bearer tok-Ã©æ¼¢<&>');
    expect(parseBearer('Bearer tok-Ã©æ¼¢<&>')).toBe('tok-é漢<&>');
  });

  it('does not lose the last letter of a token that ends in byte A0', () => {
    expect(parseBearer(bearerHeader('caffà'))).toBe('caffà');
  });

  it('takes the text of a runtime that decoded it already', () => {
    expect(parseBearer('Bearer tok-漢')).toBe('tok-漢');
  });

  it('takes the scheme in any case and tells another scheme from an empty token', () => {
    expect(parseBearer('bearer x')).toBe('x');
    expect(parseBearer('Bearer')).toBe('');
    expect(parseBearer('Basic eDp5')).toBeUndefined();
    expect(parseBearer('Bearerx')).toBeUndefined();
    expect(parseBearer(null)).toBeUndefined();
    expect(parseBearer(undefined)).toBeUndefined();
  });

  it('reads back every token that can be sent, but for blanks at its ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }).filter(isSendableToken), (token) => {
        expect(parseBearer(new Headers({ authorization: bearerHeader(token) }).get('authorization'))).toBe(
          trimBlanks(token),
        );
      }),
    );
  });
});

describe('isSendableToken', () => {
  it.each(['a\nb', 'a\rb', 'a\0', '\x7f'])('#29 refuses %j', (token) => {
    expect(isSendableToken(token)).toBe(false);
  });

  it.each(['', '  ', 'a\tb', 'é'])('takes %j', (token) => {
    expect(isSendableToken(token)).toBe(true);
  });
});
