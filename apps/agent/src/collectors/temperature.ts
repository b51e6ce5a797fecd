import { type KernelFiles, parseWholeNumber } from '../kernel-files.js';
import type { OpenCollector, Reading } from './collector.js';
import { describeMetric } from './metric.js';

/** One sensor that shows a processor's temperature, in thousandths of a degree. */
interface Sensor {
  /** Place of the socket in the topology. */
  socket: number;
  path: string;
}

/**
 * `cpu_temp`: degrees Celsius of each socket, from the processors' own sensors (hwmon: coretemp, k10temp; else the
 * thermal zone of the processor).
 */
export const openTemperature: OpenCollector = async ({ files, topology, timestep }) => {
  const hwmon = await findHwmonSensors(files, topology.socketIds);
  const sensors = hwmon.length > 0 ? hwmon : await findThermalZones(files);
  if (sensors.length === 0) return undefined;
  const metric = describeMetric({
    name: 'cpu_temp',
    scope: 'socket',
    unit: { base: '°C' },
    aggregation: 'avg',
    footprint: 'max',
    timestep,
    peak: 100,
    lowerIsBetter: true,
  });
  return {
    name: 'temperature',
    metrics: [metric],
    async collect() {
      const readings: Reading[] = [];
      for (const { socket, path } of sensors) {
        const thousandths = parseWholeNumber(await files.read(path));
        if (thousandths !== undefined)
          readings.push({ metric: metric.name, scope: 'socket', id: socket, value: thousandths / 1000 });
      }
      return readings;
    },
  };
};

/** `coretemp` labels a sensor `Package id N`; `k10temp` has one chip a socket, whose first sensor is the control value. */
async function findHwmonSensors(files: KernelFiles, socketIds: readonly number[]): Promise<Sensor[]> {
  const sensors: Sensor[] = [];
  let amdSockets = 0;
  for (const chip of await files.list(hwmonFolder)) {
    const name = (await files.read(`${hwmonFolder}/${chip}/name`))?.trim();
    if (name === 'k10temp') sensors.push({ socket: amdSockets++, path: `${hwmonFolder}/${chip}/temp1_input` });
    if (name !== 'coretemp') continue;
    for (const file of await files.list(`${hwmonFolder}/${chip}`)) {
      if (!/^temp\d+_label$/.test(file)) continue;
      const label = /^Package id (\d+)\s*$/.exec((await files.read(`${hwmonFolder}/${chip}/${file}`)) ?? '');
      const socket = label === null ? -1 : socketIds.indexOf(Number(label[1]));
      if (socket >= 0) sensors.push({ socket, path: `${hwmonFolder}/${chip}/${file.replace('_label', '_input')}` });
    }
  }
  return sensors;
}

/** Zones are numbered in no order that means anything: the processor's own are told by type, one for each socket. */
async function findThermalZones(files: KernelFiles): Promise<Sensor[]> {
  const sensors: Sensor[] = [];
  for (const zone of await files.list(thermalFolder)) {
    const type = (await files.read(`${thermalFolder}/${zone}/type`))?.trim() ?? '';
    if (!/^(?:x86_pkg_temp|cpu[-_]?thermal)$/.test(type)) continue;
    sensors.push({ socket: sensors.length, path: `${thermalFolder}/${zone}/temp` });
  }
  return sensors;
}

const hwmonFolder = '/sys/class/hwmon';
const thermalFolder = '/sys/class/thermal';
