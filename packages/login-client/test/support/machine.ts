import type { Inventory, LoginRequest } from '../../src/index.js';

/** A small machine, as a test's inventory. */
export const smallMachine: Inventory = {
  provider: 'unknown',
  providerInstanceID: '',
  network: {},
  location: { region: 'unknown' },
  machineInfo: {
    uptime: '2026-05-04T06:11:52Z',
    hostname: 'node-a',
    cpuInfo: { architecture: 'amd64', logicalCores: 2 },
    memoryInfo: { totalBytes: 25_274_793_984 },
    gpuInfo: {},
    nicInfo: {},
  },
  resources: { cpu: '2', memory: '25274793984' },
};

export const smallRequest: LoginRequest = { ...smallMachine, token: 'reg-7f3c9a', machineID: 'm-0017' };
