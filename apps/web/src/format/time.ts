import { noValue } from './unit.js';

/** Whose midnight is meant: the reader's or Greenwich's. */
export type Zone = 'local' | 'utc';

/** The parts of a moment in a zone. */
export interface Moment {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** A moment (Unix seconds) as `2026-11-29 10:17:14`, with `UTC` behind it where the zone is that. */
export function formatTime(time: number | null | undefined, zone: Zone): string {
  const moment = momentOf(time, zone);
  if (moment === undefined) return noValue;
  return `${dateText(moment)} ${clockText(moment)}${zone === 'utc' ? '\u{a0}UTC' : ''}`;
}

/** As {@link formatTime}, for a label that sits beside others of the same day: the clock alone. */
export function formatTimeOfDay(time: number, zone: Zone): string {
  const moment = momentOf(time, zone);
  return moment === undefined ? noValue : clockText(moment);
}

/** From when to when, the date written once if it is one day. */
export function formatTimeRange(from: number, to: number, zone: Zone): string {
  const start = momentOf(from, zone);
  const end = momentOf(to, zone);
  if (start === undefined || end === undefined) return noValue;
  const isOneDay = dateText(start) === dateText(end);
  return `${dateText(start)} ${clockText(start)} – ${isOneDay ? clockText(end) : `${dateText(end)} ${clockText(end)}`}${zone === 'utc' ? '\u{a0}UTC' : ''}`;
}

/**
 * Labels of a time axis, ticks `step` seconds apart: as fine as the step, and the date where a day begins (and at the first
 * tick, under the clock).
 */
export function tickLabels(ticks: readonly number[], step: number, zone: Zone): string[] {
  let shown = '';
  return ticks.map((tick) => {
    const moment = momentOf(tick, zone);
    if (moment === undefined) return '';
    const date = dateText(moment);
    const isNewDay = date !== shown;
    shown = date;
    if (step >= 86_400) return date;
    const clock = step < 60 ? clockText(moment) : clockText(moment).slice(0, 5);
    return isNewDay ? `${clock}\n${date}` : clock;
  });
}

/** A moment's parts; undefined for what is no moment that a calendar has. */
export function momentOf(time: number | null | undefined, zone: Zone): Moment | undefined {
  if (time === null || time === undefined) return undefined;
  const date = new Date(time * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  if (zone === 'utc') {
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
    };
  }
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
  };
}

function dateText({ year, month, day }: Moment): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function clockText({ hour, minute, second }: Moment): string {
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
