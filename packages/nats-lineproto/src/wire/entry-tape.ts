/** The type of a field value on the wire (docs/protocol.md §2.4). */
export type FieldKind = 'float' | 'int' | 'uint' | 'string' | 'boolean';

export const FLOAT = 0;
export const INT = 1;
export const UINT = 2;
export const STRING = 3;
export const BOOLEAN = 4;
export const kindNames: readonly FieldKind[] = ['float', 'int', 'uint', 'string', 'boolean'];

/** A token with a backslash in it: its text differs from its bytes, perhaps. */
export const ESCAPED = 1;
/** A token with a byte from 0x80 on; it has been found to be UTF-8. */
export const NON_ASCII = 2;
/** A string value between whose quotes stands what JSON would have there too, for the same text. */
export const JSON_STRING = 4;

/** Key and value of a tag are those of the entry before; only its key is. */
export const SAME_TAG = 2;
export const SAME_KEY = 1;

/** Slots of one token: its first byte and one past its last, both counted from {@link EntryTape.base}; flags. */
const TOKEN = 3;
const TAG = 2 * TOKEN;
/** Key token, kind, value token. */
const FIELD = 2 * TOKEN + 1;

/**
 * Where the tokens of one entry lie: offsets into the bytes, and the numbers that came out of scanning. The scanners
 * write it, everything that gives values to callers reads it, and it is used again for the next entry, so that an entry
 * whose values nobody asks for costs no object.
 *
 * Offsets count from the end of the measurement, so that what an entry has in common with the one before it can stay.
 */
export class EntryTape {
  /** What the offsets count from: the end of the measurement; its start if the exact scanner was at work. */
  base = 0;
  /** Length of the tags and the spaces behind them. */
  tagsLength = 0;
  /** The same of an entry that the next one can be compared with: a whole one of the input that is being read; else 0. */
  knownTagsLength = 0;
  tagCount = 0;
  fieldCount = 0;
  /** Whether the measurement is, byte for byte, that of the entry before. */
  hasSameMeasurement = false;
  /** How many of the first tags are, byte for byte, those of the entry before. */
  sameTagCount = 0;
  /**
   * What each tag behind them has in common with the tag at its place in the entry before: {@link SAME_KEY},
   * {@link SAME_TAG} or 0.
   */
  sameTags: Uint8Array = new Uint8Array(64);
  /** Whether the field keys are those of the entry before. */
  hasSameFieldKeys = false;
  /** Counts the entries: tells a reader of the tape whether it has read the entry before. */
  serial = 0;
  /** Whether the entry holds a timestamp of its own. */
  hasTime = false;
  /** The timestamp: whole seconds since 1970, rounded down. */
  seconds = 0;
  /** Offset of the ten digits in the input that {@link seconds} came from; −1 where it came from others. */
  secondsAt = -1;
  /** Nanoseconds of the timestamp within the second, 0 to 999,999,999. */
  nanos = 0;
  /** Tokens: the measurement, then keys and values of the tags, then the fields. */
  slots: Int32Array = new Int32Array(64 * TOKEN);
  /** The value of each field that is a number or a boolean; NaN where it is to be read from its text. */
  numbers: Float64Array = new Float64Array(16);

  /** Slot of the key of tag `index`. */
  tagSlot(index: number): number {
    return TOKEN + index * TAG;
  }

  /** Slot of the key of field `index`; its kind lies {@link KIND} behind, its value {@link VALUE} behind. */
  fieldSlot(index: number): number {
    return TOKEN + this.tagCount * TAG + index * FIELD;
  }

  /** Makes room for one more tag or field at `slot`. */
  reserve(slot: number): void {
    if (slot + FIELD <= this.slots.length) return;
    const larger = new Int32Array(this.slots.length * 2);
    larger.set(this.slots);
    this.slots = larger;
    const same = new Uint8Array(this.sameTags.length * 2);
    same.set(this.sameTags);
    this.sameTags = same;
  }

  /** Makes room for the number of field `index`. */
  reserveNumber(index: number): void {
    if (index < this.numbers.length) return;
    const larger = new Float64Array(this.numbers.length * 2);
    larger.set(this.numbers);
    this.numbers = larger;
  }
}

/** From a tag's key slot to its value slot. */
export const TAG_VALUE = TOKEN;
/** From a field's key slot to the slot of its kind. */
export const KIND = TOKEN;
/** From a field's key slot to its value slot. */
export const VALUE = TOKEN + 1;
/** Slots that a tag takes, and a field. */
export const TAG_SLOTS = TAG;
export const FIELD_SLOTS = FIELD;
/** The slot of the first tag. */
export const FIRST_TAG = TOKEN;
