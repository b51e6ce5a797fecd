import { expect, it } from 'vitest';
import { retentionRule } from './retention-rule.js';

it.each([
  ['alex/flops_any=30d', { cluster: 'alex', metric: 'flops_any', days: 30 }],
  ['alex/*=12h', { cluster: 'alex', days: 0.5 }],
  ['*/mem_bw=7d', { metric: 'mem_bw', days: 7 }],
  ['*/*=1d', { days: 1 }],
])('%s is a rule, and is written so', (text, rule) => {
  expect(retentionRule.parse(text)).toEqual(rule);
  expect(retentionRule.write?.(rule)).toBe(text);
});

it.each(['alex=30d', 'alex/flops_any', 'alex/flops_any=30', 'alex/flops_any=0d', '/x=1d', 'a/b/c=1d', '', 7])(
  '%j is none',
  (text) => {
    expect(retentionRule.parse(text)).toBeUndefined();
  },
);
