import type { Generation } from './control-channel.js';

/** So many bytes tell a peer's generation, whatever they are (docs/protocol.md, Telling generations apart). */
const sniffedBytes = 9;

const openingBrace = 0x7b;

/**
 * Which generation a peer speaks, by the first bytes that it sends: version 2, a header of three words or more, and a zero are v3's,
 * unless a body begins behind eight bytes.
 *
 * @returns undefined while the bytes are too few to tell.
 */
export function sniffGeneration(bytes: Uint8Array): Generation | undefined {
  const [first, second, words, reserved] = bytes;
  if (first === undefined) return undefined;
  if (first !== 0) return 'v2';
  if (second === undefined) return undefined;
  if (second !== 2) return 'v2';
  if (words === undefined) return undefined;
  if (words < 3) return 'v2';
  if (reserved === undefined) return undefined;
  if (reserved !== 0) return 'v2';
  if (bytes.length < sniffedBytes) return undefined;
  return bytes[8] === openingBrace ? 'v2' : 'v3';
}
