import { describe, expect, it } from 'vitest';
import { fieldText, readFieldText } from './field-time.js';

const time = Date.UTC(2026, 10, 29, 12, 5) / 1000;

describe('a field for date and time', () => {
  it.each(['utc', 'local'] as const)('holds a moment to the minute, in %s', (zone) => {
    expect(readFieldText(fieldText(time, zone), zone)).toBe(time);
    expect(readFieldText(fieldText(time + 59, zone), zone)).toBe(time);
  });

  it('says the moment in UTC', () => {
    expect(fieldText(time, 'utc')).toBe('2026-11-29T12:05');
  });

  it('may be empty', () => {
    expect(fieldText(undefined, 'utc')).toBe('');
    expect(readFieldText('', 'utc')).toBeUndefined();
    expect(readFieldText('2026-', 'local')).toBeUndefined();
  });
});
