import type { OpenCollector } from './collector.js';
import { openCpu } from './cpu.js';
import { openDisk } from './disk.js';
import { openLoad } from './load.js';
import { openMemory } from './memory.js';
import { openNetwork } from './network.js';
import { openPower } from './power.js';
import { openTemperature } from './temperature.js';

/** Every source of metrics that the agent knows. A new one is a file beside this one and a line here. */
export const sources: Readonly<Record<string, OpenCollector>> = {
  load: openLoad,
  cpu: openCpu,
  memory: openMemory,
  network: openNetwork,
  disk: openDisk,
  temperature: openTemperature,
  power: openPower,
};
