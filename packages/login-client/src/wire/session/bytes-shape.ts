import { base64Decode, base64Encode } from '@bufbuild/protobuf/wire';
import { type JsonShape, listOf, ShapeMismatch, text, uint8 } from '../json-decoder.js';

/** Bytes as a Go peer reads them from JSON: padded standard base64, in which line ends play no part, or an array of bytes. */
export const bytes: JsonShape<Uint8Array> = {
  goType: '[]uint8',
  zero: () => new Uint8Array(),
  read(value) {
    if (Array.isArray(value)) return Uint8Array.from(byteList.read(value));
    const base64 = text.read(value).replace(/[\r\n]+/g, '');
    if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
      throw new ShapeMismatch('illegal base64 data');
    }
    return base64Decode(base64);
  },
};

const byteList = listOf(uint8);

/** Padded standard base64. */
export const toBase64 = (value: Uint8Array): string => base64Encode(value);

/** Padded standard base64 of a text's UTF-8; of ASCII, which requests mostly are, without a copy of its bytes. */
export const textToBase64 = (text: string): string => (isAscii(text) ? btoa(text) : base64Encode(utf8.encode(text)));

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

const utf8 = new TextEncoder();
