import { describe, expect, it } from 'vitest';
import { failureMessage, failureReason, parseLoginResponse } from './login-response.js';

const parse = (text: string) => parseLoginResponse(new TextEncoder().encode(text));

describe('parseLoginResponse', () => {
  it('#15 #16 passes over unknown keys and takes keys in any case', () => {
    expect(parse('{"machineID":"m","extra":{"a":[1]}}')).toEqual({ machineID: 'm' });
    expect(parse('{"MachineID":"m","TOKEN":"s"}')).toEqual({ machineID: 'm', token: 's' });
  });

  it('#17 reads null, {} and null members as an empty answer', () => {
    for (const text of ['null', '{}', '{"machineID":null}']) expect(parse(text)).toEqual({});
  });

  it('reads validation results', () => {
    expect(parse('{"validationResults":[{"name":"disk","valid":false,"reason":"r","suggestion":null}]}')).toEqual({
      validationResults: [{ name: 'disk', valid: false, reason: 'r' }],
    });
  });

  it('takes the failure from the deprecated names where the new ones are empty', () => {
    expect(failureReason({ code: '', status: 'InvalidToken' })).toBe('InvalidToken');
    expect(failureMessage({ error: 'invalid token' })).toBe('invalid token');
    expect(failureReason({ code: 'A', status: 'B' })).toBe('A');
    expect(failureReason({})).toBe('');
  });
});
