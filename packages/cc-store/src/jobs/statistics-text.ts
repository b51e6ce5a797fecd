import { crc32 } from 'node:zlib';

/*
 * The statistics of an archived job as its row has them: the text that lists send, behind its CRC-32 as eight hexadecimal digits. A list
 * sends the text as it stands, so one that was damaged would break the whole list, and reading it as JSON costs far more than this.
 */

/** @param text JSON, as `encodeStatistics` made it. */
export function sealText(text: string): string {
  return checksumOf(text) + text;
}

/** @returns undefined where the text is not what was sealed. */
export function unsealText(sealed: string): string | undefined {
  const text = sealed.slice(digits);
  return sealed.startsWith(checksumOf(text)) ? text : undefined;
}

const digits = 8;
const checksumOf = (text: string): string => crc32(text).toString(16).padStart(digits, '0');
