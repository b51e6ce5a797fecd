import { PayloadError, type Shape } from './shape.js';

/** How Go writes a time that is not set. */
const zeroTime = '0001-01-01T00:00:00Z';

const written = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
/** The very form, on a day that every month has: nearly all of the thousands of times in a list of images. */
const exact = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{0,8}[1-9])?Z$/;

/**
 * Brings a time into the form in which daemons write it: RFC 3339 in UTC, to the nanosecond, without trailing zeros.
 *
 * Times stay text: a `Date` cuts them to milliseconds.
 *
 * @throws RpcError `invalid_payload` where Go refuses the text: another form, no zone, small letters, a day that is none.
 */
function normalizeTime(text: string): string {
  if (exact.test(text)) return text;
  const [, year = '', month, day, hour, minute, second, fraction = '', sign, zoneHour, zoneMinute] =
    written.exec(text) ?? [];
  if (year === '') throw new PayloadError(`parsing time ${JSON.stringify(text)}: not of RFC 3339`);
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (!isOfCalendar(local) || Number(zoneHour ?? 0) > 24 || Number(zoneMinute ?? 0) > 59) {
    throw new PayloadError(`parsing time ${JSON.stringify(text)}: out of range`);
  }
  const offset = (sign === '-' ? -1 : 1) * (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0));
  const utc = offset === 0 ? local : new Date(Date.parse(`${local}Z`) - offset * 60_000).toISOString().slice(0, -5);
  const nanos = fraction.slice(0, 9).replace(/0+$/, '');
  return `${utc}${nanos === '' ? '' : `.${nanos}`}Z`;
}

/** Whether month, day and time of day exist; `text` has its digits where an RFC 3339 time has them. */
function isOfCalendar(text: string): boolean {
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (month < 1 || month > 12 || day < 1) return false;
  if (twoDigits(text, 11) > 23 || twoDigits(text, 14) > 59 || twoDigits(text, 17) > 59) return false;
  if (day <= 28) return true;
  if (month !== 2) return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const twoDigits = (text: string, at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;

/** A time that is left out, and is `''`, when it is not set. */
export const optionalTime: Shape<string> = {
  goType: 'time.Time',
  read(value) {
    const read = time.read(value);
    return read === zeroTime ? '' : read;
  },
  isEmpty: (value) => value === '',
};

/** A time that is always there. */
export const time: Shape<string> = {
  goType: 'time.Time',
  read(value) {
    if (value === undefined || value === null || value === '') return zeroTime;
    if (typeof value !== 'string') throw new PayloadError('Time.UnmarshalJSON: input is not a JSON string');
    return normalizeTime(value);
  },
  isEmpty: () => false,
};

/**
 * A `Date` of a payload's time. Careful: a `Date` has milliseconds, the time may have nanoseconds.
 *
 * @returns undefined for a time that is not set.
 */
export function timeToDate(text: string | undefined): Date | undefined {
  if (text === undefined || text === '' || text === zeroTime) return undefined;
  return new Date(normalizeTime(text).replace(/(\.\d{3})\d+Z$/, '$1Z'));
}
