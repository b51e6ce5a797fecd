import { momentOf, type Zone } from '../../format/time.js';

/** A moment as a field for date and time has it. @param time Unix seconds. */
export function fieldText(time: number | undefined, zone: Zone): string {
  const moment = momentOf(time, zone);
  if (moment === undefined) return '';
  const { year, month, day, hour, minute } = moment;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** The moment that such a field holds, in Unix seconds; undefined where it is empty. */
export function readFieldText(text: string, zone: Zone): number | undefined {
  if (!/^\d{4,}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return undefined;
  const time = Date.parse(zone === 'utc' ? `${text}Z` : text) / 1000;
  return Number.isFinite(time) && time >= 0 ? Math.floor(time) : undefined;
}
