import { describe, expect, it } from 'vitest';
import { cpuInfoFrom } from './cpu.js';

const runtime = { model: 'unknown', architecture: 'x64', logicalCores: 96 };

describe('cpuInfoFrom', () => {
  it('reads model and maker of an x86 processor', () => {
    const text = 'processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel\t\t: 17\nmodel name\t: AMD EPYC 9654\n';
    expect(cpuInfoFrom(text, runtime)).toEqual({
      type: 'AMD EPYC 9654',
      manufacturer: 'AuthenticAMD',
      architecture: 'amd64',
      logicalCores: 96,
    });
  });

  it('leaves out what an ARM kernel or another system does not tell', () => {
    const text = 'processor\t: 0\nBogoMIPS\t: 50.00\nCPU implementer\t: 0x41\n';
    expect(cpuInfoFrom(text, { ...runtime, architecture: 'arm64' })).toEqual({
      architecture: 'arm64',
      logicalCores: 96,
    });
    expect(cpuInfoFrom('', { ...runtime, model: 'Apple M2' }).type).toBe('Apple M2');
  });
});
