import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFailure, encodeRequest, encodeResult, type OutgoingRequest, readMessage } from './message.js';

const call: OutgoingRequest = { id: 1, facade: 'T', version: 1, objectId: '', method: 'Do', params: {} };

/** The failure of `readMessage`. */
function refusal(text: string, options?: Parameters<typeof readMessage>[1]): unknown {
  try {
    return readMessage(text, options);
  } catch (error) {
    return error;
  }
}

describe('a request', () => {
  it('#1 has the keys in small letters, and neither version 0 nor an empty id', () => {
    expect(encodeRequest({ ...call, version: 0 })).toBe('{"request-id":1,"type":"T","request":"Do","params":{}}\n');
    expect(encodeRequest({ ...call, id: 4, version: 2, objectId: '7', params: { s: '<a&b>\u2028é😀' } })).toBe(
      '{"request-id":4,"type":"T","version":2,"id":"7","request":"Do","params":{"s":"\\u003ca\\u0026b\\u003e\\u2028é😀"}}\n',
    );
  });

  it('#2 has empty params where there are none', () => {
    for (const params of [undefined, null, {}]) {
      expect(encodeRequest({ ...call, params })).toMatch(/"params":\{\}\}\n$/);
    }
  });

  it('cannot have params that JSON cannot hold', () => {
    expect(() => encodeRequest({ ...call, params: () => undefined })).toThrow(
      expect.objectContaining({
        code: 'unencodable',
        message: 'cannot encode the params of T.Do: JSON has no function',
      }),
    );
  });

  it('#8 has params `{}` where they are missing or null', () => {
    for (const params of ['', ',"params":null', ',"params":{}']) {
      expect(readMessage(`{"request-id":1,"type":"T","request":"Do"${params}}`)).toMatchObject({ params: {} });
    }
  });

  it('is recognised by its facade or its method', () => {
    expect(readMessage('{"request-id":1,"type":"T"}')).toMatchObject({ kind: 'request', facade: 'T', method: '' });
    expect(readMessage('{"request-id":1,"request":"Do"}')).toMatchObject({ kind: 'request', facade: '', version: 0 });
    expect(readMessage('{"request-id":1,"version":1,"id":"x"}')).toMatchObject({ kind: 'response' });
  });
});

describe('an answer', () => {
  const to = { wire: 1 as const, id: '18446744073709551615' };

  it('#3 is an empty object where there is nothing to say', () => {
    expect(encodeResult(to, undefined)).toBe('{"request-id":18446744073709551615,"response":{}}\n');
  });

  it('#4 carries error, code and an empty response; no code where there is none', () => {
    expect(encodeFailure({ wire: 1, id: '2' }, { message: 'boom', code: 'not found' })).toBe(
      '{"request-id":2,"error":"boom","error-code":"not found","response":{}}\n',
    );
    expect(encodeFailure({ wire: 1, id: '2' }, { message: 'boom' })).toBe(
      '{"request-id":2,"error":"boom","response":{}}\n',
    );
  });

  it('is a success where the failure has no message', () => {
    expect(encodeFailure({ wire: 1, id: '2' }, { message: '' })).toBe('{"request-id":2,"response":{}}\n');
  });

  it('#5 carries facts beside the code, both ways', () => {
    const info = { 'ca-cert': 'PEM', servers: [[{ value: 'h' }]] };
    const text = encodeFailure({ wire: 1, id: '2' }, { message: 'm', code: 'c', info });
    expect(readMessage(text)).toMatchObject({ error: 'm', errorCode: 'c', errorInfo: info });
  });

  it('#6 is written as the request was', () => {
    const request = readMessage('{"RequestId":3,"Type":"T","Version":1,"Request":"Do","Params":{"n":1}}');
    expect(request).toEqual({
      ...{ kind: 'request', wire: 0, id: '3', facade: 'T', version: 1, objectId: '', method: 'Do' },
      params: { n: 1 },
    });
    expect(encodeResult({ wire: 0, id: '3' }, { n: 1 })).toBe('{"RequestId":3,"Response":{"n":1}}\n');
    expect(encodeFailure({ wire: 0, id: '3' }, { message: 'boom', code: 'c', info: { a: 1 } })).toBe(
      '{"RequestId":3,"Error":"boom","ErrorCode":"c","Response":{}}\n',
    );
    expect(readMessage('{"RequestId":3,"Error":"boom","ErrorCode":"c"}')).toMatchObject({
      ...{ kind: 'response', wire: 0, id: '3', error: 'boom', errorCode: 'c', response: {} },
    });
  });
});

describe('reading', () => {
  it('#7 takes a message without an id as one with capitals, or refuses it', () => {
    expect(readMessage('{"type":"T","request":"Do"}')).toMatchObject({ kind: 'request', wire: 0, id: '0' });
    expect(readMessage('{"request-id":0,"type":"T"}')).toMatchObject({ kind: 'request', wire: 0, id: '0' });
    expect(refusal('{"type":"T","request":"Do"}', { acceptsV0: false })).toMatchObject({
      code: 'invalid_message',
      message: expect.stringContaining('version 0 not supported') as string,
    });
  });

  it('#9 leaves unknown keys, white space and the case of keys alone', () => {
    expect(readMessage(' \t{"zz":1,"Request-Id":2,"RESPONSE":{"OK":true}}\r\n')).toMatchObject({
      ...{ kind: 'response', wire: 1, id: '2', response: { OK: true } },
    });
  });

  it.each([
    ['hello', 'Unexpected token'],
    ['', 'unexpected EOF'],
    ['  \n', 'unexpected EOF'],
    ['{"request-id":1', 'unexpected EOF'],
    ['["a', 'unexpected EOF'],
    ['[]', 'a message is an object, not an array'],
    ['5', 'a message is an object, not a number'],
    ['"x"', 'a message is an object, not a string'],
    ['{"request-id":1,}', 'JSON'],
    ['{"request-id":"2"}', 'request-id is a string, not a whole number'],
    ['{"request-id":-1}', 'request-id is -1, not a whole number'],
    ['{"request-id":2.0}', 'request-id is 2.0, not a whole number'],
    ['{"request-id":2e0}', 'request-id is 2e0, not a whole number'],
    ['{"request-id":18446744073709551616}', 'request-id is 18446744073709551616, not a whole number'],
    ['{"RequestId":1.5}', 'requestid is 1.5, not a whole number'],
    ['{"request-id":1,"type":5}', 'type is a number, not a string'],
    ['{"request-id":1,"type":"T","version":"1"}', 'version is no whole number'],
    ['{"request-id":1,"error":["x"]}', 'error is a object, not a string'],
    ['{"request-id":1,"error-info":[]}', 'error-info is no object'],
  ])('#10 refuses %j', (text, why) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: 'invalid_message', isRetryable: true });
    expect((error as Error).message).toContain(`error receiving message: `);
    expect((error as Error).message).toContain(why);
  });

  it('#10 drops what follows the first value', () => {
    const answers = ['{"request-id":2,"response":{}}{"request-id":3}', '{"request-id":2,"response":{}} xyz'];
    for (const text of answers) expect(readMessage(text)).toMatchObject({ id: '2' });
  });

  it('ignores a bare null', () => {
    expect(readMessage('null')).toBeUndefined();
  });

  it('keeps ids as they are written, wherever they stand and whatever else is there', () => {
    const largest = '18446744073709551615';
    expect(readMessage(`{"params":{"request-id":1.5,"s":"\\"}"},"request-id": ${largest},"type":"T"}`)).toMatchObject({
      id: largest,
    });
    expect(readMessage('{"request-id":1.0,"request-id":7,"response":{}}')).toMatchObject({ id: '7' });
  });

  it('takes an id at the end of a message, and none there that is no count', () => {
    const idOf = (text: string): unknown => readMessage(text)?.id;
    expect(idOf('{"type":"X","request":"Y","request-id":12}')).toBe('12');
    expect(idOf('{"type":"X","params":{"request-id":3},"request-id":12}\n')).toBe('12');
    expect(idOf('{"request-id":18446744073709551615,"type":"X"}')).toBe('18446744073709551615');
    for (const id of ['2.0', '2e0', '-0', '-2', '18446744073709551616', '"2"']) {
      expect(() => readMessage(`{"type":"X","request-id":${id}}`)).toThrow('request-id is');
    }
  });

  it('never throws anything but its own error, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), messages, cutMessages), (text) => {
        const error = refusal(text);
        if (error instanceof Error) expect(error).toMatchObject({ code: 'invalid_message' });
      }),
    );
  });

  it('reads what was written', () => {
    const calls = fc.record({
      id: fc.integer({ min: 1 }),
      facade: fc.string({ minLength: 1, unit: 'grapheme' }),
      version: fc.nat(),
      objectId: fc.string(),
      method: fc.string(),
      params: fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)) as object),
    });
    fc.assert(
      fc.property(calls, ({ id, ...rest }) => {
        expect(readMessage(encodeRequest({ id, ...rest }))).toEqual({
          ...{ kind: 'request', wire: 1, id: String(id) },
          ...rest,
        });
      }),
    );
  });
});

const values = fc.oneof(fc.jsonValue(), fc.constantFrom(1, 2, 0, 'T', null, {}));
const keys = [
  'request-id',
  'RequestId',
  'type',
  'version',
  'id',
  'request',
  'params',
  'error',
  'error-code',
  'response',
];
const messages = fc.dictionary(fc.constantFrom(...keys), values).map((value) => JSON.stringify(value));
const cutMessages = fc.tuple(messages, fc.nat(80)).map(([text, length]) => text.slice(0, length));
