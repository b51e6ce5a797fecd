import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

describe('importing the package', () => {
  it('adds no global, timer or handle, and needs nothing of Node', () => {
    const program = `
      const before = Reflect.ownKeys(globalThis).length;
      const core = await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)});
      const testing = await import(${JSON.stringify(new URL('../src/testing.ts', import.meta.url).href)});
      console.log(JSON.stringify([Reflect.ownKeys(globalThis).length - before, process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length, typeof core.retry, typeof testing.createFakeClock]));
    `;
    const output = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual([0, 0, 'function', 'function']);
  });
});
