import { formatQuantity } from '../../format/unit.js';

/** A line about a machine. */
export interface MachineFact {
  name: string;
  value: string;
}

/**
 * What people ask of a machine, out of what it said of itself when it enrolled. An inventory is whatever the agent of that day sent,
 * so each part is looked at before it is shown.
 */
export function machineFacts(inventory: Readonly<Record<string, unknown>>): MachineFact[] {
  const cpu = recordOf(inventory['cpuInfo']);
  const gpu = recordOf(inventory['gpuInfo']);
  const gpus = listOf(gpu['gpus']);
  const disks = listOf(recordOf(inventory['diskInfo'])['blockDevices']).map(recordOf);
  const addresses = listOf(recordOf(inventory['nicInfo'])['privateIPInterfaces']).map(recordOf);
  const facts: [name: string, value: string][] = [
    ['Processor', joined(textOf(cpu['type']), countOf(cpu['logicalCores'], 'thread'))],
    ['Architecture', textOf(cpu['architecture'])],
    ['Memory', bytesOf(recordOf(inventory['memoryInfo'])['totalBytes'])],
    ['GPUs', joined(gpus.length > 1 ? `${gpus.length} ×` : '', textOf(gpu['product']), textOf(gpu['memory']))],
    ['GPU driver', joined(textOf(inventory['gpuDriverVersion']), prefixed('CUDA ', textOf(inventory['cudaVersion'])))],
    ['Operating system', textOf(inventory['osImage']) || textOf(inventory['operatingSystem'])],
    ['Kernel', textOf(inventory['kernelVersion'])],
    ['Containers', textOf(inventory['containerRuntimeVersion'])],
    ['Disks', diskText(disks)],
    ['Addresses', addresses.map(({ ip, interface: name }) => joined(textOf(ip), bracketed(textOf(name)))).join(', ')],
    ['Last boot', bootOf(inventory['uptime'])],
    ['Serial number', textOf(inventory['chassisSerial'])],
  ];
  return facts.filter(([, value]) => value !== '').map(([name, value]) => ({ name, value }));
}

function diskText(disks: readonly Record<string, unknown>[]): string {
  const whole = disks.filter(({ type }) => type === 'disk');
  const size = whole.reduce((sum, disk) => sum + (typeof disk['size'] === 'number' ? disk['size'] : 0), 0);
  return whole.length === 0 ? '' : joined(countOf(whole.length, 'disk'), bytesOf(size));
}

/** The field is called uptime and holds the time of the last boot; 1970 where nobody knows. */
function bootOf(value: unknown): string {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return time > 0
    ? new Date(time)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ' UTC')
    : '';
}

function bytesOf(value: unknown): string {
  return typeof value === 'number' && value > 0 ? formatQuantity(value, { base: 'B' }) : '';
}

function countOf(value: unknown, name: string): string {
  return typeof value === 'number' && value > 0 ? `${value} ${name}${value === 1 ? '' : 's'}` : '';
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const joined = (...parts: string[]): string => parts.filter((part) => part !== '').join(' ');
const prefixed = (prefix: string, text: string): string => (text === '' ? '' : `${prefix}${text}`);
const bracketed = (text: string): string => (text === '' ? '' : `(${text})`);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
