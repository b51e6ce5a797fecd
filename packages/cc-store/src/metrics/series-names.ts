import type { MetricSample } from '@moorline/cc-api/server';

/** A host, and the chain of its series. */
export interface Place {
  readonly cluster: string;
  readonly host: string;
  /** Rows of its first and its last series, -1 = none. */
  first: number;
  last: number;
}

/** What of a host a series is of. */
export interface PartName {
  /** `node`, `socket`, `hwthread` …. */
  readonly type: string;
  /** Empty at node level. */
  readonly typeId: string;
  /** A device below that (`filesystem`), or empty. */
  readonly subtype: string;
  readonly subtypeId: string;
}

/** The parts of a {@link MetricSample}: what it does not name is of the node. */
type SampledPart = Pick<MetricSample, 'typeId' | 'subtype' | 'subtypeId'> & { type?: string };

/**
 * Numbers for what series are of: they have hosts, metrics and parts in common. There are as many as there are of these; they stay when
 * their last series goes.
 */
export class SeriesNames {
  readonly places: Place[] = [];
  readonly metrics: string[] = [];
  readonly parts: PartName[] = [wholeNode];
  readonly #byCluster = new Map<string, Map<string, number>>();
  readonly #byMetric = new Map<string, number>();
  readonly #byPart = new Map<string, number>();
  /** What was asked for last: lines of one host come behind each other. */
  #lastPlace = -1;
  #lastCluster = '';
  #lastHost = '';
  #lastPart = 0;

  /** @returns -1 where it has no number yet, as the others do. */
  findPlace(cluster: string, host: string): number {
    if (this.#lastPlace >= 0 && host === this.#lastHost && cluster === this.#lastCluster) return this.#lastPlace;
    const found = this.#byCluster.get(cluster)?.get(host);
    if (found === undefined) return -1;
    // The caller's texts, not ours: the next line's are mostly the very same.
    [this.#lastPlace, this.#lastCluster, this.#lastHost] = [found, cluster, host];
    return found;
  }

  findMetric(metric: string): number {
    return this.#byMetric.get(metric) ?? -1;
  }

  findPart({ type = 'node', typeId = '', subtype = '', subtypeId = '' }: SampledPart): number {
    if (type === 'node' && typeId === '' && subtype === '' && subtypeId === '') return 0;
    const last = this.parts[this.#lastPart] as PartName;
    if (typeId === last.typeId && type === last.type && subtype === last.subtype && subtypeId === last.subtypeId) {
      return this.#lastPart;
    }
    const found = this.#byPart.get(textOf(type, typeId, subtype, subtypeId));
    if (found === undefined) return -1;
    this.#lastPart = found;
    return found;
  }

  place(cluster: string, host: string): number {
    const known = this.findPlace(cluster, host);
    if (known >= 0) return known;
    let hosts = this.#byCluster.get(cluster);
    if (hosts === undefined) this.#byCluster.set(own(cluster), (hosts = new Map<string, number>()));
    const place = { cluster: own(cluster), host: own(host), first: -1, last: -1 };
    hosts.set(place.host, this.places.push(place) - 1);
    return this.places.length - 1;
  }

  metric(metric: string): number {
    const known = this.findMetric(metric);
    if (known >= 0) return known;
    const name = own(metric);
    this.#byMetric.set(name, this.metrics.push(name) - 1);
    return this.metrics.length - 1;
  }

  part(sampled: SampledPart): number {
    const known = this.findPart(sampled);
    if (known >= 0) return known;
    const { type = 'node', typeId = '', subtype = '', subtypeId = '' } = sampled;
    const part = { type: own(type), typeId: own(typeId), subtype: own(subtype), subtypeId: own(subtypeId) };
    this.#byPart.set(textOf(part.type, part.typeId, part.subtype, part.subtypeId), this.parts.push(part) - 1);
    return this.parts.length - 1;
  }
}

const wholeNode: PartName = { type: 'node', typeId: '', subtype: '', subtypeId: '' };

const textOf = (type: string, typeId: string, subtype: string, subtypeId: string): string =>
  `${type}\0${typeId}\0${subtype}\0${subtypeId}`;

/** A text that was cut out of a longer one keeps all of that in memory, as it was received. */
function own(text: string): string {
  const copied = Buffer.from(text).toString();
  // Half a character does not come back.
  return copied === text ? copied : text;
}
