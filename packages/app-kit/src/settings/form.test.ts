import { describe, expect, it } from 'vitest';
import * as form from './form.js';

describe('forms', () => {
  it('reads durations and sizes in their units and writes them in the largest that is whole', () => {
    expect(form.duration.parse('90s')).toBe(90_000);
    expect(form.duration.parse('1.5h')).toBe(5_400_000);
    expect(form.duration.parse('90')).toBeUndefined();
    expect(form.duration.write?.(90_000)).toBe('90s');
    expect(form.duration.write?.(3_600_000)).toBe('1h');
    expect(form.duration.write?.(0)).toBe('0');
    expect(form.size.parse('64MiB')).toBe(67_108_864);
    expect(form.size.parse('64 parsecs')).toBeUndefined();
    expect(form.size.write?.(67_108_864)).toBe('64MiB');
  });

  it('reads a list with commas between, or a list of the file, and refuses it whole for one bad item', () => {
    const ports = form.list(form.port);
    expect(ports.parse('80, 443')).toEqual([80, 443]);
    expect(ports.parse([80, '443'])).toEqual([80, 443]);
    expect(ports.parse('80,,443')).toBeUndefined();
    expect(ports.parse('80,abc')).toBeUndefined();
    expect(ports.write?.([80, 443])).toBe('80,443');
    expect(ports.placeholder).toBe('PORT,…');
  });
});
