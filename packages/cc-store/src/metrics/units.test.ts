import { describe, expect, it } from 'vitest';
import { hardware } from '../../test/support.js';
import { coarser, finerThan, isWithin, unitsOf } from './units.js';

const { topology } = hardware;
const ids = (scope: Parameters<typeof unitsOf>[0], resource = {}) =>
  unitsOf(scope, { hostname: 'n01', ...resource }, topology).map((unit) => unit.id);

describe('units', () => {
  it('of a whole node are all of its parts', () => {
    expect(ids('node')).toEqual(['']);
    expect(ids('socket')).toEqual(['0', '1']);
    expect(ids('memoryDomain')).toEqual(['0', '1']);
    expect(ids('core')).toEqual(['0', '1', '2', '3']);
    expect(ids('hwthread')).toHaveLength(8);
    expect(ids('accelerator')).toEqual(['00:01.0', '00:02.0']);
  });

  it('of a job with some hardware threads are the parts that these touch', () => {
    const resource = { hwthreads: [1, 5], accelerators: ['00:02.0'] };
    expect(ids('socket', resource)).toEqual(['0']);
    expect(ids('core', resource)).toEqual(['1']);
    expect(ids('hwthread', resource)).toEqual(['1', '5']);
    expect(ids('accelerator', resource)).toEqual(['00:02.0']);
    expect(unitsOf('node', { hostname: 'n01', ...resource }, topology)[0]?.isPartial).toBe(true);
    expect(unitsOf('core', { hostname: 'n01', ...resource }, topology)[0]?.isPartial).toBe(false);
    expect(unitsOf('socket', { hostname: 'n01', ...resource }, topology)[0]?.isPartial).toBe(true);
  });

  it('hold the finer parts that lie in them', () => {
    const [, second] = unitsOf('socket', { hostname: 'n01' }, topology);
    if (second === undefined) throw new Error('there are two sockets');
    expect(['0', '1', '2', '3'].filter((core) => isWithin(second, 'core', core, topology))).toEqual(['2', '3']);
    expect(isWithin(second, 'hwthread', '6', topology)).toBe(true);
    expect(isWithin(second, 'hwthread', '4', topology)).toBe(false);
    expect(isWithin(second, 'accelerator', '00:01.0', topology)).toBe(false);
    expect(isWithin(second, 'memoryDomain', '9', topology)).toBe(false);
  });

  it('are ordered from the node to the accelerator', () => {
    expect(coarser('hwthread', 'socket')).toBe('socket');
    expect(coarser('node', 'core')).toBe('node');
    expect(finerThan('node')).toContain('accelerator');
    expect(finerThan('socket')).not.toContain('accelerator');
  });
});
