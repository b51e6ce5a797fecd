/**
 * Whether `bytes[start, end)` is UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing above U+10FFFF
 * (docs/protocol.md §2.6).
 */
export function isValidUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let pos = start;
  while (pos < end) {
    const lead = bytes[pos] ?? 0;
    pos++;
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    const following = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (pos + following > end) return false;
    const second = bytes[pos] ?? 0;
    if (second < lowestSecond(lead) || second > highestSecond(lead)) return false;
    for (let i = 1; i < following; i++) {
      if (((bytes[pos + i] ?? 0) & 0xc0) !== 0x80) return false;
    }
    pos += following;
  }
  return true;
}

/** E0 would be overlong below A0, F0 below 90. */
function lowestSecond(lead: number): number {
  return lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
}

/** ED would be a surrogate from A0 on, F4 above U+10FFFF from 90 on. */
function highestSecond(lead: number): number {
  return lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
}
