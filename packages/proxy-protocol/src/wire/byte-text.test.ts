import { goJson } from '@moorline/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isByteText, type Outgoing, uint32Text } from './byte-text.js';
import { hyperstartCodes } from './hyperstart/commands.js';
import { composeV2Hyper, composeV2Request, encodeV2Request } from './v2/request.js';
import { composeCommand, composeResponse, encodeCommand, encodeResponse } from './v3/frame.js';
import {
  encodeIoAccess,
  ioAccessJson,
  encodeAttachVm,
  encodeV3Hyper,
  attachVmJson,
  v3HyperJson,
} from './v3/payloads.js';

const bytesOf = (message: Outgoing): Buffer =>
  typeof message === 'string' ? Buffer.from(message, 'latin1') : Buffer.from(message);

const hyperName = fc.oneof(
  fc.constantFrom(...Object.keys(hyperstartCodes), 'toString', ''),
  fc.string({ unit: 'binary' }),
);
const jsonData = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constant(undefined));

it('has the same bytes as text and as bytes, whatever a v2 request holds', () => {
  fc.assert(
    fc.property(hyperName, jsonData, (name, data) => {
      const hyper = encodeV2Request('hyper', { hyperName: name, data });
      expect(bytesOf(composeV2Hyper(name, data))).toEqual(Buffer.from(hyper));
      expect(bytesOf(composeV2Request('hyper', { hyperName: name, data }))).toEqual(Buffer.from(hyper));
    }),
  );
});

it('has the same bytes as text and as bytes, whatever a v3 command holds', () => {
  fc.assert(
    fc.property(hyperName, fc.array(fc.string()), jsonData, (name, tokens, data) => {
      const json = v3HyperJson(name, tokens, data === undefined ? undefined : goJson(data));
      const command = encodeCommand('Hyper', encodeV3Hyper(name, tokens, data));
      expect(bytesOf(composeCommand('Hyper', json))).toEqual(Buffer.from(command));
      const attach = { containerId: name, numIOStreams: tokens.length };
      expect(bytesOf(composeCommand('AttachVM', attachVmJson(attach)))).toEqual(
        Buffer.from(encodeCommand('AttachVM', encodeAttachVm(attach))),
      );
    }),
  );
});

it('has the same bytes as text and as bytes, whatever a v3 answer holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (url, tokens) => {
      const access = { url, tokens };
      expect(bytesOf(composeResponse('AttachVM', ioAccessJson(access)))).toEqual(
        Buffer.from(encodeResponse('AttachVM', encodeIoAccess(access))),
      );
    }),
  );
  expect(bytesOf(composeResponse('Hyper', ''))).toEqual(Buffer.from(encodeResponse('Hyper')));
});

it('is text while it is short and ASCII, with lengths beyond ASCII too', () => {
  const of = (characters: number, character = 'a') =>
    composeV2Request('bye', { containerId: character.repeat(characters) });
  expect(of(200)).toBe(`${uint32Text(238)}\0\0\0\0{"id":"bye","data":{"containerId":"${'a'.repeat(200)}"}}`);
  expect(of(200, '\u00f8')).toBeInstanceOf(Uint8Array);
  expect(of(5000)).toBeInstanceOf(Uint8Array);
  expect([
    isByteText('x'.repeat(4096)),
    isByteText('x'.repeat(4097)),
    isByteText('\u007f'),
    isByteText('\u0080'),
  ]).toEqual([true, false, true, false]);
  expect(Buffer.from(uint32Text(0xfe_dc_ba_98), 'latin1')).toEqual(Buffer.from([0xfe, 0xdc, 0xba, 0x98]));
});

it('refuses what is too large, as text and as bytes', () => {
  const tooLarge = expect.objectContaining({ code: 'message_too_large' }) as unknown;
  for (const containerId of ['x'.repeat(100), '\u00f8'.repeat(100)]) {
    expect(() => composeV2Request('bye', { containerId }, 99)).toThrow(tooLarge as Error);
    expect(() => composeCommand('AttachVM', attachVmJson({ containerId }), 99)).toThrow(tooLarge as Error);
  }
});
