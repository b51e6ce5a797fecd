import { describe, expect, it } from 'vitest';
import { coversCluster, coversHost, machineScope } from './scope.js';

describe('the scope of a machine', () => {
  const node = machineScope({ nodeGroup: 'lab', host: 'n1', scope: [{ cluster: 'lab', hosts: ['n1'] }] });
  const head = machineScope({ nodeGroup: 'lab', host: 'head', scope: [{ cluster: 'big' }] });
  const all = machineScope({ nodeGroup: 'lab', host: 'head', scope: [{ cluster: '*' }] });

  it('is its own host in the cluster of its group', () => {
    expect(node).toEqual([{ cluster: 'lab', hosts: ['n1'] }]);
    expect(coversHost(node, 'lab', 'n1')).toBe(true);
    expect(coversHost(node, 'lab', 'n2')).toBe(false);
    expect(coversHost(node, 'big', 'n1')).toBe(false);
    expect(coversCluster(node, 'lab')).toBe(false);
  });

  it('has whole clusters beside its own host where the registration named them', () => {
    expect(head).toEqual([{ cluster: 'lab', hosts: ['head'] }, { cluster: 'big' }]);
    expect(coversCluster(head, 'big')).toBe(true);
    expect(coversCluster(head, 'lab')).toBe(false);
    expect(coversHost(head, 'big', 'n7')).toBe(true);
    expect(all).toEqual([{ cluster: '*' }]);
    expect(coversCluster(all, 'any')).toBe(true);
  });

  it('is everything where a credential carries none', () => {
    expect(coversCluster(undefined, 'any')).toBe(true);
    expect(coversHost(undefined, 'any', 'n1')).toBe(true);
    expect(coversCluster([], 'any')).toBe(false);
  });
});
