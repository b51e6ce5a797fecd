import type { Gpu, GpuInfo } from '../../wire/machine-info.js';
import { formatQuantity } from '../../wire/quantity.js';
import type { GpuInventory } from './gpus.js';

/** Reads what `nvidia-smi -q -x` prints; undefined where that is no such document. */
export function parseNvidiaSmi(xml: string): GpuInventory | undefined {
  if (!xml.includes('<nvidia_smi_log>')) return undefined;
  const cards = [...xml.matchAll(/<gpu id="[^"]*">[\s\S]*?<\/gpu>/g)].map(([card]) => card);
  const [first = ''] = cards;
  return {
    versions: {
      ...optional('gpuDriverVersion', tag(xml, 'driver_version')),
      ...optional('cudaVersion', tag(xml, 'cuda_version')),
    },
    info: gpuInfo({
      product: tag(first, 'product_name'),
      manufacturer: tag(first, 'product_brand'),
      architecture: tag(first, 'product_architecture').toLowerCase(),
      memory: memoryOf(first),
      gpus: cards.map(gpuFromXml),
    }),
    count: cards.length,
  };
}

/** Reads the driver's files in `/proc`, for machines without its program. */
export function parseDriverInformation(cards: readonly string[], version: string): GpuInventory {
  const field = (card: string, name: string): string =>
    new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(card)?.[1]?.trim() ?? '';
  const [first = ''] = cards;
  return {
    versions: optional('gpuDriverVersion', /\b(\d+\.\d+(?:\.\d+)?)\b/.exec(version)?.[1] ?? ''),
    info: gpuInfo({
      product: field(first, 'Model'),
      manufacturer: field(first, 'Model').split(' ')[0] ?? '',
      gpus: cards.map((card) => ({
        ...optional('uuid', field(card, 'GPU UUID').replace(/^.*\?.*$/, '')),
        ...optional('busID', busId(field(card, 'Bus Location'))),
        minorID: field(card, 'Device Minor') || '-1',
      })),
    }),
    count: cards.length,
  };
}

function gpuFromXml(card: string): Gpu {
  const boardID = Number.parseInt(tag(card, 'board_id'), 16);
  return {
    ...optional('uuid', tag(card, 'uuid')),
    ...optional('busID', busId(tag(card, 'gpu_bus_id') || (/^<gpu id="([^"]*)"/.exec(card)?.[1] ?? ''))),
    ...optional('sn', tag(card, 'serial')),
    minorID: tag(card, 'minor_number') || '-1',
    ...(boardID > 0 ? { boardID } : {}),
  };
}

function memoryOf(card: string): string {
  const mebibytes = /<fb_memory_usage>\s*<total>(\d+) MiB<\/total>/.exec(card)?.[1];
  return mebibytes === undefined ? '' : formatQuantity(BigInt(mebibytes) * 1_048_576n);
}

/** The first element of this name; "N/A" and its like read as empty. */
function tag(xml: string, name: string): string {
  const value = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.trim() ?? '';
  return /^\[?(?:N\/A|Not Supported|Unknown Error|Not Available)\]?$/i.test(value) ? '' : value;
}

/** `00000000:0F:00.0` as the original writes it: `0000:0f:00.0`. */
const busId = (id: string): string => id.toLowerCase().replace(/^0{4}(?=[0-9a-f]{4}:)/, '');

function gpuInfo(found: {
  product: string;
  manufacturer: string;
  architecture?: string;
  memory?: string;
  gpus: Gpu[];
}): GpuInfo {
  if (found.gpus.length === 0) return {};
  return {
    ...optional('product', found.product.replaceAll(' ', '-').replace(/[^A-Za-z0-9._-]/g, '')),
    ...optional('manufacturer', found.manufacturer),
    ...optional('architecture', found.architecture ?? ''),
    ...optional('memory', found.memory ?? ''),
    gpus: found.gpus,
  };
}

function optional<K extends string>(key: K, value: string): { [P in K]?: string } {
  const result: { [P in K]?: string } = {};
  if (value !== '') result[key] = value;
  return result;
}
