import type { MachineRow } from '@moorline/control-api';
import { describe, expect, it } from 'vitest';
import {
  type AgentSelection,
  agentSorts,
  readAgentSelection,
  selectAgents,
  writeAgentSelection,
} from './agent-list.js';
import { concernsOf } from './agent-state.js';

const now = 1_700_000_000_000;
const minutes = (count: number) => now - count * 60_000;
const session = { protocol: 'v2', connectedAt: minutes(60) };

const agent = (given: Partial<MachineRow> & { number: number }): MachineRow => ({
  id: `id-${given.number}`,
  group: 'lab',
  host: `n${given.number}`,
  enrolledAt: minutes(10_000),
  lastLoginAt: minutes(10_000),
  lastSeenAt: minutes(1),
  connections: { session },
  ...given,
});
const { group, host, number } = { group: 'b', host: 'n9', number: 3 };
const everyone = [
  agent({ number: 1, host: 'n10', agentVersion: '0.9.0' }),
  agent({ number: 2, host: 'n2', agentVersion: '0.10.0', spool: { entries: 5, bytes: 100, oldestAt: minutes(11) } }),
  agent({ number, host, group, lastSeenAt: minutes(9), connections: {} }),
];
const all: AgentSelection = { text: '', concerns: [], version: undefined, sort: 'number', order: 'asc' };
const numbers = (selection: Partial<AgentSelection>) =>
  selectAgents(everyone, { ...all, ...selection }, now).map((machine) => machine.number);

describe('concernsOf', () => {
  it('has none for an agent that is connected and rid of its data', () => {
    expect(concernsOf(agent({ number: 1, spool: { entries: 0, bytes: 0 } }), now)).toEqual([]);
    expect(concernsOf(agent({ number: 1, spool: { entries: 9, bytes: 99, oldestAt: minutes(1) } }), now)).toEqual([]);
  });

  it('calls an agent stale that is neither connected nor heard of', () => {
    expect(concernsOf(agent({ number: 1, connections: {}, lastSeenAt: minutes(4) }), now)).toEqual(['disconnected']);
    expect(concernsOf(agent({ number: 1, connections: {}, lastSeenAt: minutes(6) }), now)).toEqual([
      'stale',
      'disconnected',
    ]);
    expect(concernsOf(agent({ number: 1, lastSeenAt: minutes(6) }), now)).toEqual([]);
  });

  it('does not call an agent stale that enrolled a moment ago', () => {
    const { lastSeenAt: _, ...fresh } = agent({ number: 1, connections: {}, lastLoginAt: minutes(0) });
    expect(concernsOf(fresh, now)).toEqual(['disconnected']);
  });

  it('warns of data that has waited long', () => {
    expect(everyone.map((machine) => concernsOf(machine, now))).toEqual([[], ['backlog'], ['stale', 'disconnected']]);
  });
});

describe('selectAgents', () => {
  it('sorts by each column, numbers in names and versions by their value', () => {
    expect(numbers({ sort: 'host' })).toEqual([2, 3, 1]);
    expect(numbers({ sort: 'group' })).toEqual([3, 2, 1]);
    expect(numbers({ sort: 'version' })).toEqual([3, 1, 2]);
    expect(numbers({ sort: 'version', order: 'desc' })).toEqual([2, 1, 3]);
    expect(numbers({ sort: 'heard' })).toEqual([3, 1, 2]);
    expect(numbers({ sort: 'backlog', order: 'desc' })).toEqual([2, 1, 3]);
    expect(numbers({ order: 'desc' })).toEqual([3, 2, 1]);
  });

  it('finds a part of a host, group, version or id, in any case', () => {
    expect(numbers({ text: 'N1' })).toEqual([1]);
    expect(numbers({ text: '0.10' })).toEqual([2]);
    expect(numbers({ text: ' ID-3 ' })).toEqual([3]);
    expect(numbers({ text: 'nothing' })).toEqual([]);
  });

  it('shows those with one of the chosen concerns', () => {
    expect(numbers({ concerns: ['backlog', 'stale'] })).toEqual([2, 3]);
  });

  it('shows those of a version, or those that said none', () => {
    expect(numbers({ version: '0.9.0' })).toEqual([1]);
    expect(numbers({ version: '' })).toEqual([3]);
    expect(numbers({ version: '0.9' })).toEqual([]);
  });

  it('does not touch the list that it was given', () => {
    const before = [...everyone];
    numbers({ order: 'desc' });
    expect(everyone).toEqual(before);
  });
});

describe('the selection in the address', () => {
  it.each(agentSorts)('reads back what it wrote, sorted by %s', (sort) => {
    const selection: AgentSelection = {
      text: 'a&b=c',
      concerns: ['stale', 'backlog'],
      version: '',
      sort,
      order: 'desc',
    };
    expect(readAgentSelection(new URLSearchParams(writeAgentSelection(selection).toString()))).toEqual(selection);
  });

  it('passes over words that it does not know', () => {
    expect(readAgentSelection(new URLSearchParams('sort=toString&order=up&only=all'))).toEqual(all);
  });
});
