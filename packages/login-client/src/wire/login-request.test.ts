import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLoginRequest, type LoginRequest, parseLoginRequest } from './login-request.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const minimal: LoginRequest = { token: '', machineID: '', provider: '', providerInstanceID: '' };
const encoded = (request: Partial<LoginRequest>): Record<string, unknown> =>
  JSON.parse(encodeLoginRequest({ ...minimal, ...request })) as Record<string, unknown>;

describe('encodeLoginRequest', () => {
  it('#10 always writes token, machineID, provider and providerInstanceID, and no empty nodeGroup', () => {
    expect(encoded({ nodeGroup: '' })).toEqual({ token: '', machineID: '', provider: '', providerInstanceID: '' });
    expect(encoded({ nodeGroup: 'lab' })['nodeGroup']).toBe('lab');
  });

  it('#11 leaves nodeLabels out when undefined and writes {} when empty', () => {
    expect('nodeLabels' in encoded({})).toBe(false);
    expect(encoded({ nodeLabels: {} })['nodeLabels']).toEqual({});
  });

  it('#12 leaves empty resources out and writes an empty network', () => {
    const body = encoded({ resources: {}, network: {} });
    expect('resources' in body).toBe(false);
    expect(body['network']).toEqual({});
  });

  it('#13 writes uptime and a totalBytes of 0, and leaves rota:false and used:0 out', () => {
    const body = encoded({
      machineInfo: {
        memoryInfo: {},
        diskInfo: { blockDevices: [{ name: '/dev/sda', rota: false, used: 0, size: 5 }] },
      },
    });
    expect(body['machineInfo']).toEqual({
      uptime: '1970-01-01T00:00:00Z',
      memoryInfo: { totalBytes: 0 },
      diskInfo: { blockDevices: [{ name: '/dev/sda', size: 5 }] },
    });
  });

  it('orders the keys as a real agent does and escapes what Go escapes', () => {
    const request = { ...minimal, token: '<&>\u2028', machineID: 'm', resources: { memory: '1', cpu: '2' } };
    expect(encodeLoginRequest(request)).toBe(
      '{"machineID":"m","provider":"","providerInstanceID":"","resources":{"cpu":"2","memory":"1"},"token":"\\u003c\\u0026\\u003e\\u2028"}',
    );
  });
});

describe('parseLoginRequest', () => {
  it('fills in what is always there', () => {
    expect(parseLoginRequest(bytes('{}'))).toEqual(minimal);
    expect(parseLoginRequest(bytes('null'))).toEqual(minimal);
  });

  it('reads back whatever was written', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme', maxLength: 12 });
    const label = fc.dictionary(name, fc.string({ maxLength: 5 }), { maxKeys: 3, noNullPrototype: true });
    const device = fc.record({
      name,
      size: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
      parents: fc.array(name, { minLength: 1, maxLength: 2 }),
    });
    const request = fc.record({
      token: fc.string({ unit: 'grapheme' }),
      machineID: fc.string(),
      provider: fc.string(),
      providerInstanceID: fc.string(),
      nodeGroup: name,
      nodeLabels: label,
      network: fc.record({ publicIP: name }),
      machineInfo: fc.record({
        uptime: name,
        memoryInfo: fc.record({ totalBytes: fc.nat() }),
        gpuInfo: fc.record({
          gpus: fc.array(fc.record({ uuid: name, boardID: fc.integer({ min: 1 }) }), { minLength: 1, maxLength: 2 }),
        }),
        diskInfo: fc.record({ blockDevices: fc.array(device, { minLength: 1, maxLength: 3 }) }),
      }),
    });
    fc.assert(
      fc.property(request, (given) => {
        expect(parseLoginRequest(bytes(encodeLoginRequest(given)))).toEqual(given);
      }),
    );
  });
});
