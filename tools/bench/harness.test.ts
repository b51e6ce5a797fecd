import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { meetsGoal, parseGoal } from './goal.js';
import { measure, notAvailable, report } from './harness.js';
import { median, ratioOfRounds } from './measure.js';
import { formatNumber, parseRow } from './row.js';

describe('measure', () => {
  it('interleaves the rounds of all subjects, every second round in reverse order', async () => {
    const order: string[] = [];
    const subjects = { ours: () => order.push('ours'), peer: () => order.push('peer') };
    const result = await measure(subjects, { rounds: 3, calls: 1, warmUpMs: 0 });
    expect(order.slice(2)).toEqual(['ours', 'peer', 'peer', 'ours', 'ours', 'peer']);
    expect(result.ours.rounds).toHaveLength(3);
    expect(result.peer.perSecond).toBeCloseTo(1000 / result.peer.msPerCall);
  });

  it('awaits subjects that return promises', async () => {
    let running = 0;
    let most = 0;
    const ours = async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    };
    await measure({ ours }, { rounds: 2, calls: 5, warmUpMs: 0 });
    expect([most, running]).toEqual([1, 0]);
  });

  it('counts the CPU time that a busy subject spends', async () => {
    const busy = () => {
      const { user, system } = process.cpuUsage();
      for (let now = process.cpuUsage(); now.user + now.system - user - system < 5000;) now = process.cpuUsage();
    };
    const { ours } = await measure({ ours: busy }, { rounds: 1, calls: 2, warmUpMs: 0 });
    expect(ours.cpuMsPerCall).toBeGreaterThanOrEqual(5);
  });

  it('takes the middle value, or the mean of the two middle ones', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
    expect(() => median([])).toThrow(RangeError);
  });

  it('compares with the peer round by round', () => {
    // Twice as fast in each, while the machine became three times slower.
    expect(ratioOfRounds([1, 3, 3], [2, 6, 6])).toBe(2);
    expect(ratioOfRounds([1, 1, 1], [4, 1, 3])).toBe(3);
  });
});

describe('goals', () => {
  it('bind the ratio or our own value, from below or above', () => {
    expect(meetsGoal(parseGoal('≥ 0.5 ×', 'ms'), 1, 0.5)).toBe(true);
    expect(meetsGoal(parseGoal('≥ 0.5 ×', 'ms'), 1, 0.49)).toBe(false);
    expect(meetsGoal(parseGoal('≤ 2 ×', 'ms'), 1, 2.1)).toBe(false);
    expect(meetsGoal(parseGoal('≤ 20 ms', 'ms'), 19, undefined)).toBe(true);
  });

  it.each(['0.5', '≥ fast', '≥ 0.5', '≥ 3 s', '> 3 ×'])('refuse %j', (text) => {
    expect(() => parseGoal(text, 'ms')).toThrow(RangeError);
  });

  it('in × without a peer are refused', () => {
    expect(() => report({ name: 'x', unit: 'ms', ours: 1, goal: '≥ 1 ×' })).toThrow(/needs a peer/);
  });
});

describe('report', () => {
  let folder: string;
  const printed: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
    vi.stubEnv('MOORLINE_BENCH_JSON', join(folder, 'rows.jsonl'));
    printed.length = 0;
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it('prints ratio and goal, and appends the row to MOORLINE_BENCH_JSON', () => {
    const peer = { name: 'JSON.parse', value: 2_000_000 };
    expect(report({ name: 'decode', unit: 'lines/s', ours: 1_234_567, peer, goal: '≥ 0.5 ×' })).toBeCloseTo(0.617);
    report({ name: 'encode', unit: 'lines/s', ours: 400_000, peer, goal: '≥ 0.5 ×' });
    notAvailable({ name: 'against Go', reason: 'no go on PATH' });
    const rows = readFileSync(join(folder, 'rows.jsonl'), 'utf8').trimEnd().split('\n').map(parseRow);
    expect(rows).toMatchObject([
      { name: 'decode', ours: 1_234_567, peer, met: true },
      { name: 'encode', ratio: 0.2, goal: '≥ 0.5 ×', met: false },
      { name: 'against Go', notAvailable: 'no go on PATH' },
    ]);
    const text = printed.join('');
    expect(text).toContain('1,230,000 lines/s     0.617 ×  of JSON.parse (2,000,000)  goal ≥ 0.5 ×: met');
    expect(text).toContain('goal ≥ 0.5 ×: MISSED');
    expect(text).toContain('not available: no go on PATH');
  });

  it.each(['[]', '{}', '{"name":"x"}', '{"name":"x","ours":"1","unit":"ms"}'])('does not take %s for a row', (line) => {
    expect(() => parseRow(line)).toThrow('not a row');
  });

  it('keeps small numbers readable', () => {
    expect([formatNumber(0.0012345), formatNumber(12.34), formatNumber(1234)]).toEqual(['0.00123', '12.3', '1,230']);
  });
});
