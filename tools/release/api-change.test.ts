import { describe, expect, it } from 'vitest';
import { bumpFor, classifyApiChange, isEnough } from './api-change.js';

const report = (...blocks: string[]): string =>
  `## API Report File for "@moorline/x"\n\n\`\`\`ts\n\n${blocks.map((block) => `// @public\n${block}\n\n`).join('')}// (No @packageDocumentation comment)\n\n\`\`\`\n`;
const options = 'export interface Options {\n    timeoutMs?: number | undefined;\n}';
const call = 'export function call(options: Options): void;';
const client = 'export class Client {\n    close(): void;\n}';
const base = report(options, call, client);

describe('a change of a recorded API', () => {
  it.each([
    ['nothing', base],
    ['a comment', base.replace('    timeoutMs', '    // (undocumented)\n    timeoutMs')],
    ['the order of declarations', report(client, call, options)],
  ])('of %s is none', (_what, now) => {
    expect(classifyApiChange(base, now)).toBe('none');
  });

  it.each([
    ['a declaration', report(options, call, client, 'export const port: number;')],
    ['an option that may be left out', base.replace('}', '    retry?: boolean;\n}')],
    ['a method of a class', base.replace('    close(): void;', '    close(): void;\n    drain(): Promise<void>;')],
  ])('by %s adds', (_what, now) => {
    expect(classifyApiChange(base, now)).toBe('added');
  });

  it.each([
    ['a declaration that is gone', report(options, client)],
    ['a signature that asks for more', base.replace('call(options: Options)', 'call(options: Options, more: string)')],
    ['a member that is gone', base.replace('    close(): void;\n', '')],
    ['a member that users have to give', base.replace('}', '    fetch: typeof fetch;\n}')],
    ['another type', base.replace('number | undefined', 'string | undefined')],
  ])('by %s breaks', (_what, now) => {
    expect(classifyApiChange(base, now)).toBe('breaking');
  });

  it('of a whole entry adds or breaks', () => {
    expect(classifyApiChange(undefined, base)).toBe('added');
    expect(classifyApiChange(base, undefined)).toBe('breaking');
  });
});

it.each([
  ['breaking', '0.3.1', 'minor'],
  ['breaking', '1.2.0', 'major'],
  ['added', '0.3.1', 'patch'],
  ['added', '1.2.0', 'minor'],
  ['none', '1.2.0', undefined],
] as const)('a change that is %s asks after %s for: %s', (change, version, bump) => {
  expect(bumpFor(change, version)).toBe(bump);
});

it('is told by a bump that is as large, or larger', () => {
  expect(isEnough('minor', 'patch')).toBe(true);
  expect(isEnough('minor', 'minor')).toBe(true);
  expect(isEnough('patch', 'minor')).toBe(false);
});
