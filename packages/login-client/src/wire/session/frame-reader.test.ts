import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type SessionFrame } from './frame.js';
import { FrameReader } from './frame-reader.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

function framesOf(chunks: readonly Uint8Array[], reader = new FrameReader()): SessionFrame[] {
  const frames: SessionFrame[] = [];
  for (const chunk of chunks) reader.push(chunk, (frame) => frames.push(frame));
  return frames;
}

const shown = (frames: readonly SessionFrame[]) =>
  frames.map(({ data, req_id }) => [data === undefined ? undefined : textOf(data), req_id]);

describe('frames of version 1', () => {
  it('are written without a delimiter, in the words of the real peer', () => {
    expect(encodeFrame('{}', 'q-42')).toBe('{"data":"e30=","req_id":"q-42"}');
    expect(encodeFrame('{}', '')).toBe('{"data":"e30="}');
    expect(encodeFrame('{}', 'é漢"\\\n<')).toBe('{"data":"e30=","req_id":"é漢\\"\\\\\\n\\u003c"}');
  });

  it('#58 #59 are read from any split of the stream, with blanks between them or none', () => {
    const frame = fc.record({
      payload: fc.string({ unit: 'binary' }),
      id: fc.string({ unit: 'binary', minLength: 1 }),
    });
    const blanks = fc.constantFrom('', '\n', ' \t\r\n');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(frame, blanks)),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (sent, sizes) => {
          const stream = bytesOf(sent.map(([{ payload, id }, blank]) => encodeFrame(payload, id) + blank).join(''));
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < stream.length;) {
            const { value } = sizes.next();
            chunks.push(stream.slice(at, at + value));
            at += value;
          }
          const reader = new FrameReader();
          const expected = sent.map(([{ payload, id }]) => [textOf(bytesOf(payload)), textOf(bytesOf(id))]);
          expect(shown(framesOf(chunks, reader))).toEqual(expected);
          expect(reader.isInside).toBe(false);
        },
      ),
    );
  });

  it.each([
    ['{}', [[undefined, undefined]]],
    ['null', [[undefined, undefined]]],
    [
      'null{"req_id":"a"}null',
      [
        [undefined, undefined],
        [undefined, 'a'],
        [undefined, undefined],
      ],
    ],
    ['{"DATA":"e30=","Req_ID":"wc","x":[{"y":"}"}]}', [['{}', 'wc']]],
    ['{"data":[123,125],"req_id":"da"}', [['{}', 'da']]],
    ['{"data":"e3\\n0=","req_id":"bn"}', [['{}', 'bn']]],
    ['{"data":null,"req_id":null}', [[undefined, undefined]]],
  ])('are taken as a real agent takes them: %s', (text, frames) => {
    expect(shown(framesOf([bytesOf(text)]))).toEqual(frames);
    expect(shown(framesOf(Array.from(bytesOf(text), (byte) => Uint8Array.of(byte))))).toEqual(frames);
  });

  it.each([
    'hello',
    '[]',
    '5',
    '"x"',
    'nul{}',
    '{"req_id":5}',
    '{"data":"***"}',
    '{"data":"e30"}',
    '{"data":"Pz8_"}',
    '{]',
    '}',
    '\ufeff{}',
  ])('that are none end the stream: %s', (text) => {
    expect(() => framesOf([bytesOf(text)])).toThrowError(expect.objectContaining({ code: 'bad_frame' }));
  });

  it('in front of a bad one are handed on', () => {
    const frames: SessionFrame[] = [];
    expect(() => new FrameReader().push(bytesOf('{"req_id":"a"}x'), (frame) => frames.push(frame))).toThrow();
    expect(shown(frames)).toEqual([[undefined, 'a']]);
  });

  it('beyond the bound are refused before they are kept', () => {
    const reader = new FrameReader(20);
    expect(shown(framesOf([bytesOf('{"data":"e30="}     {"data":"e30="}')], reader))).toHaveLength(2);
    expect(() => framesOf([bytesOf('{"data":"'), bytesOf('e30=e30=e30=')], reader)).toThrowError(
      expect.objectContaining({ code: 'frame_too_large' }),
    );
  });

  it('of whatever bytes are frames or an error', () => {
    const damaged = fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 255 })).map(([at, byte]) => {
      const bytes = bytesOf(encodeFrame('{"method":"states"}', 'q-1') + encodeFrame('{}', 'q-2'));
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), damaged, fc.json().map(bytesOf)), (bytes) => {
        try {
          framesOf([bytes]);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_frame' });
        }
      }),
    );
  });
});
