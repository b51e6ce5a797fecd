/** Texts for fuzzing: seeded, so that a failure can be repeated from its seed. */
export class TextGenerator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** An integer from 0 to below `bound`. */
  below(bound: number): number {
    // xorshift32
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % bound;
  }

  pick(items: readonly string[]): string {
    return items[this.below(items.length)] ?? '';
  }

  /** One text: bytes of the grammar at random, or well-formed lines, some of them alike, some damaged. */
  text(): Uint8Array {
    const kind = this.below(5);
    if (kind === 0) return this.#soup();
    if (kind === 4) return this.#alike();
    const lines = Buffer.concat(Array.from({ length: 1 + this.below(3) }, () => this.#line()));
    return kind === 1 ? lines : this.#damage(lines);
  }

  #soup(): Uint8Array {
    return Buffer.concat(Array.from({ length: this.below(24) }, () => this.#piece()));
  }

  #piece(): Buffer {
    return Buffer.from(this.pick(pieces), 'latin1');
  }

  #line(): Buffer {
    return Buffer.from(this.#parts().join(''), 'latin1');
  }

  /** Lines as a collector sends them: each differs from the one before in one part. */
  #alike(): Uint8Array {
    const parts = this.#parts();
    let text = parts.join('');
    for (let i = 1 + this.below(5); i > 0; i--) {
      const at = this.below(parts.length);
      parts[at] = this.#variant(parts[at] ?? '');
      text += parts.join('');
    }
    return Buffer.from(text, 'latin1');
  }

  #variant(part: string): string {
    switch (this.below(4)) {
      case 0:
        return part + this.pick(['0', '7', 'x']);
      case 1:
        return part.slice(0, -1);
      case 2:
        return this.#withOther(part, this.below(part.length + 1));
      default:
        return this.pick(this.#parts());
    }
  }

  /** The digit at `at`, or the letter, is another one. */
  #withOther(part: string, at: number): string {
    const other = /[0-9]/.test(part[at] ?? '') ? String(this.below(10)) : 'x';
    return /[0-9a-z]/.test(part[at] ?? '') ? part.slice(0, at) + other + part.slice(at + 1) : part;
  }

  #parts(): string[] {
    const parts = [this.#name()];
    for (let i = this.below(4); i > 0; i--) parts.push(`,${this.#name()}=${this.#name()}`);
    parts.push(this.pick([' ', ' ', ' ', '  ']));
    for (let i = 1 + this.below(3); i > 0; i--) parts.push(`${this.#name()}=${this.#value()}${i > 1 ? ',' : ''}`);
    if (this.below(3) > 0) parts.push(` ${this.#time()}`);
    parts.push(this.pick(['\n', '\n', '\n', '\r\n', ' \n', '\r', '']));
    return parts;
  }

  #name(): string {
    return this.pick(this.below(40) === 0 ? badNames : names);
  }

  #value(): string {
    return this.pick(this.below(10) === 0 ? badValues : values);
  }

  #time(): string {
    return this.pick(this.below(5) === 0 ? badTimes : times);
  }

  #damage(bytes: Buffer): Uint8Array {
    let damaged = bytes;
    for (let i = 1 + this.below(3); i > 0; i--) {
      const at = this.below(damaged.length + 1);
      const behind = this.below(3) === 0 ? at : at + this.below(3);
      damaged = Buffer.concat([
        damaged.subarray(0, at),
        this.below(4) === 0 ? Buffer.alloc(0) : this.#piece(),
        damaged.subarray(behind),
      ]);
    }
    return damaged;
  }
}

const names = [
  'm',
  'cpu',
  'a\\,b',
  'a\\ b',
  'a\\=b',
  'a\\b',
  'k\\\\x',
  '\xc3\xbc',
  '"q"',
  'x#',
  'very_long_measurement_name',
  '\xef\xbb\xbfm',
  '\xf0\x9f\x98\x80',
  'type',
  'hostname',
  'value',
  '\\"',
  '\\#x',
];
const badNames = ['', '#x', 'm=x', 'k\\', '\xff', '\xed\xa0\x80', '\xc3', '\t', 'a\x7fb', 'a b', 'a,b'];

const values = [
  '1',
  '-1',
  '1.5',
  '.5',
  '5.',
  '-.5',
  '1e5',
  '1E-5',
  '1e+5',
  '1e-400',
  '-0',
  '0',
  '00.5',
  '123456789012345678',
  '0.1234567890123456789',
  '6.632243e+06',
  '1.7976931348623157e308',
  '4.9e-324',
  '1_000',
  '1e1_0',
  '0x1p-2',
  '0x_1p1',
  '0x1.8p1',
  '0x.8p0',
  '0X1P2',
  '-0x1p-1074',
  '0x1.fffffffffffff7p1023',
  '0x10000000000000081p0',
  '0x1p-1075',
  '0x1.8p-1075',
  '1i',
  '-5i',
  '007i',
  '-0i',
  '9223372036854775807i',
  '-9223372036854775808i',
  '12345678901234567i',
  '1u',
  '0u',
  '18446744073709551615u',
  't',
  'T',
  'true',
  'True',
  'TRUE',
  'f',
  'F',
  'false',
  'False',
  'FALSE',
  '"s"',
  '""',
  '"a b,c=d"',
  '"a\\"b"',
  '"a\\\\"',
  '"\\n\\t\\r"',
  '"\\x"',
  '"a\nb"',
  '"a\r\nb"',
  '"\xc3\xa9"',
  '"\x00"',
  '"{\\"a\\":1}"',
  '99999999999999999999999999999999999999999',
  '1e99',
  '1e100',
  '0.000000000000000000000000000000000000000001',
];
const badValues = [
  '',
  '1e400',
  '1.7976931348623159e308',
  '1__0',
  '1_',
  '1_.5',
  '1._5',
  '0x1',
  '0xp1',
  '0x1p1024',
  '0x1.fffffffffffff8p1023',
  '0x1_p1',
  '0x1p1_0',
  '9223372036854775808i',
  '-9223372036854775809i',
  '-1u',
  '18446744073709551616u',
  '1.0i',
  '5.i',
  '1_0i',
  '-i',
  'i',
  'u',
  '-',
  '.',
  '-.',
  '1e',
  '1e+',
  'NaN',
  'Inf',
  '-Inf',
  '-infinity',
  '-inFinitY',
  '-nan',
  '-infi',
  '+1',
  'tRUE',
  'tr',
  'trues',
  '"\xff"',
  '"\xed\xa0\x80"',
  '"a',
  '"a"x',
  '"a"\xc3\xa9',
  '1\t',
  't\xc3\xa9',
];

const times = [
  '1700000000123456789',
  '1700000000999999999',
  '1700000001000000000',
  '1700000000',
  '1700000000000000000',
  '1602841605822791506',
  '0',
  '-0',
  '-5',
  '00005',
  '-1',
  '-1999999999',
  '9223372036',
  '-9223372036',
  '9223372036854',
  '9223372036854775',
  '9223372036854775807',
  '-9223372036854775808',
  '000000000000000000000000000005',
  '5  ',
  '1700000000123',
  '1700000000123456',
];
const badTimes = [
  '9223372037',
  '-9223372037',
  '9223372036855',
  '9223372036854776',
  '9223372036854775808',
  '-9223372036854775809',
  '99999999999999999999999',
  '5x',
  '+5',
  '1.5',
  '-',
  '--5',
  '5-5',
  '5 6',
  '5 # c',
  '# c',
  'abc',
  '5\rx',
  '5 \r',
  '5\t',
  '5\xc3\xa9',
  'x y',
  '5x y',
  '\rx',
];

const pieces = [
  ' ',
  ',',
  '=',
  '"',
  '\\',
  '\n',
  '\r',
  '\r\n',
  '\t',
  '#',
  'a',
  'm',
  'f',
  't',
  '1',
  '0',
  '-',
  '.',
  'i',
  'u',
  'e',
  '_',
  'x',
  '\x00',
  '\x7f',
  '\xc3\xa9',
  '\xff',
  '\xc3',
  '\xe2\x80\xa8',
  '\xf0\x9f\x98\x80',
  'm f=1',
  ' f=1',
  ',a=b',
  '="',
  '" ',
  '5',
  '\\n',
  '\\"',
  '\\ ',
  '\\,',
  '\\=',
  '# c\n',
  '# \t',
  '\xed\xa0\x80',
  'm,',
  '1i',
  ' 5',
];
