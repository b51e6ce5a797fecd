import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { valueOf, valuesOf } from './flag-values.js';
import { port } from './form.js';

const parse = (...args: string[]) =>
  new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .option('--one <PORT>', '', valueOf(port))
    .option('--many <PORT>', '', valuesOf(port))
    .parse(args, { from: 'user' })
    .opts();

describe('valueOf and valuesOf', () => {
  it('read flags as settings are read', () => {
    expect(parse('--one', '1', '--many', '2', '--many', '3')).toEqual({ one: 1, many: [2, 3] });
  });

  it('say what a flag accepts', () => {
    expect(() => parse('--one', 'x')).toThrow('Give a port, 0 to 65535.');
    expect(() => parse('--many', '2', '--many', 'x')).toThrow('Give a port, 0 to 65535.');
  });
});
