import type { Cluster, SubCluster } from '@moorline/control-api';
import { toBase } from '../format/unit.js';
import type { PlotData } from './plot-series.js';

/** What a node of a subcluster could do at best, in base units. */
export interface Roofs {
  /** Operations a second without SIMD. */
  scalar: number;
  /** Operations a second with SIMD. */
  simd: number;
  /** Bytes a second. */
  bandwidth: number;
}

/** One moment of one node: how much it computed for each byte, and how fast. */
export interface RooflinePoints {
  /** Operations a byte. */
  readonly intensities: Float64Array;
  /** Operations a second. */
  readonly rates: Float64Array;
  /** 0 at the beginning of the time that is covered, 1 at its end. */
  readonly ages: Float64Array;
}

/** The names that ClusterCockpit's own collector and documentation give these metrics, the most general first. */
const flopMetrics = ['flops_any', 'flops_dp', 'flops_sp'] as const;
const bandwidthMetrics = ['mem_bw'] as const;

/** The two metrics of a roofline; undefined where the cluster does not measure both. */
export function rooflineMetrics(cluster: Cluster): { flops: string; bandwidth: string } | undefined {
  const has = (name: string) => cluster.metricConfig.some((metric) => metric.name === name);
  const flops = flopMetrics.find(has);
  const bandwidth = bandwidthMetrics.find(has);
  return flops === undefined || bandwidth === undefined ? undefined : { flops, bandwidth };
}

/** Undefined where the description leaves the peaks out. */
export function roofsOf({ flopRateScalar, flopRateSimd, memoryBandwidth }: SubCluster): Roofs | undefined {
  const scalar = toBase(flopRateScalar.value, flopRateScalar.unit);
  const simd = toBase(flopRateSimd.value, flopRateSimd.unit);
  const bandwidth = toBase(memoryBandwidth.value, memoryBandwidth.unit);
  return simd > 0 && bandwidth > 0 ? { scalar, simd, bandwidth } : undefined;
}

/** The best rate at an intensity: what the memory can feed, and not more than the units can compute. */
export function roofAt(intensity: number, peak: number, { bandwidth }: Roofs): number {
  return Math.min(intensity * bandwidth, peak);
}

/** Joins the two metrics of each node at equal times. Moments without work or without traffic have no place on a logarithmic axis. */
export function rooflinePoints(flops: PlotData, bandwidth: PlotData): RooflinePoints {
  const intensities: number[] = [];
  const rates: number[] = [];
  const times: number[] = [];
  const byKey = new Map(bandwidth.series.map((series) => [series.key, series]));
  for (const series of flops.series) {
    const other = byKey.get(series.key);
    if (other === undefined) continue;
    for (let index = 0; index < series.values.length; index++) {
      const time = series.from + index * series.step;
      const rate = toBase(series.values[index] ?? Number.NaN, flops.unit);
      const traffic = toBase(other.values[Math.round((time - other.from) / other.step)] ?? Number.NaN, bandwidth.unit);
      if (!(rate > 0 && traffic > 0)) continue;
      intensities.push(rate / traffic);
      rates.push(rate);
      times.push(time);
    }
  }
  return { intensities: Float64Array.from(intensities), rates: Float64Array.from(rates), ages: agesOf(times) };
}

/** A logarithmic axis: the powers of ten that enclose all values. */
export function decadesAround(values: Iterable<number>): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (min > max) return { min: 0.1, max: 10 };
  const low = Math.floor(Math.log10(min));
  const high = Math.max(Math.ceil(Math.log10(max)), low + 1);
  return { min: 10 ** low, max: 10 ** high };
}

/** Where a value lies on a logarithmic axis: 0 at `min`, 1 at `max`. */
export function logShare(value: number, { min, max }: { min: number; max: number }): number {
  return (Math.log10(value) - Math.log10(min)) / (Math.log10(max) - Math.log10(min));
}

function agesOf(times: readonly number[]): Float64Array {
  let first = Infinity;
  let last = -Infinity;
  for (const time of times) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return Float64Array.from(times, (time) => (last > first ? (time - first) / (last - first) : 1));
}
