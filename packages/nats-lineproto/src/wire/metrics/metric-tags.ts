import type { EntryView } from '../entry-view.js';
import { isMetricSampleType, type MetricSampleType } from './metric-sample.js';

/**
 * What the tags of metric lines say, line after line. Cluster and host stay until another line names others. A collector's
 * lines differ in a tag or two, so what stood at a tag's place in the line before is read again only where it differs.
 */
export class MetricTags {
  cluster: string;
  host = '';
  /** Whether cluster or host could lead out of its place in a tree of folders. */
  isPath: boolean;
  /** undefined = of the whole node. */
  type: MetricSampleType | 'unknown' | undefined;
  typeId: string | undefined;
  subtype: string | undefined;
  subtypeId: string | undefined;

  /** The entry that was read last; what each of its tags is about, and its value. */
  #serial = -1;
  #count = 0;
  readonly #subjects: Subject[] = [];
  readonly #values: string[] = [];
  #typeText = '';

  constructor(defaultCluster: string) {
    this.cluster = defaultCluster;
    this.isPath = couldLeadOut(defaultCluster);
  }

  read(entry: EntryView): void {
    const known = entry.serial === this.#serial + 1 ? this.#count : 0;
    const count = entry.tagCount;
    this.#serial = entry.serial;
    if (known === count && count > 0 && entry.hasSameTags) return;
    this.#count = count;
    for (let index = 0; index < count; index++) {
      const isKnown = index < known;
      if (isKnown && entry.hasSameTag(index)) continue;
      if (!isKnown || !entry.hasSameTagKey(index)) this.#subjects[index] = subjectOf(entry.tagKey(index));
      if (this.#subjects[index] !== Subject.Other) this.#values[index] = entry.tagValue(index);
    }
    this.#apply(count);
  }

  /** Reads the host alone. */
  readHost(entry: EntryView): void {
    for (let index = 0; index < entry.tagCount; index++) {
      if (subjectOf(entry.tagKey(index)) === Subject.Host) this.host = entry.tagValue(index);
    }
    this.isPath = couldLeadOut(this.cluster) || couldLeadOut(this.host);
  }

  /** Of several tags about the same the last counts. */
  #apply(count: number): void {
    let { cluster, host } = this;
    let type = '';
    let typeId: string | undefined;
    let subtype: string | undefined;
    let subtypeId: string | undefined;
    for (let index = 0; index < count; index++) {
      const value = this.#values[index] ?? '';
      switch (this.#subjects[index]) {
        case Subject.Cluster:
          cluster = value;
          break;
        case Subject.Host:
          host = value;
          break;
        case Subject.Type:
          type = value;
          break;
        case Subject.TypeId:
          typeId = value;
          break;
        case Subject.Subtype:
          subtype = value;
          break;
        case Subject.SubtypeId:
          subtypeId = value;
          break;
        case Subject.Other:
        case undefined:
          break;
      }
    }
    if (cluster !== this.cluster || host !== this.host) this.isPath = couldLeadOut(cluster) || couldLeadOut(host);
    this.cluster = cluster;
    this.host = host;
    if (type !== this.#typeText) {
      this.#typeText = type;
      this.type = type === '' || type === 'node' ? undefined : isMetricSampleType(type) ? type : 'unknown';
    }
    this.typeId = typeId;
    this.subtype = subtype;
    this.subtypeId = subtypeId;
  }
}

/** What a tag is about. */
const Subject = { Other: 0, Cluster: 1, Host: 2, Type: 3, TypeId: 4, Subtype: 5, SubtypeId: 6 } as const;
type Subject = (typeof Subject)[keyof typeof Subject];

function subjectOf(key: string): Subject {
  switch (key) {
    case 'cluster':
      return Subject.Cluster;
    case 'hostname':
    case 'host':
      return Subject.Host;
    case 'type':
      return Subject.Type;
    case 'type-id':
      return Subject.TypeId;
    case 'stype':
      return Subject.Subtype;
    case 'stype-id':
      return Subject.SubtypeId;
    default:
      return Subject.Other;
  }
}

/** Whether the name could lead out of its place in a tree of folders: by `..`, `/` or `\`. */
function couldLeadOut(name: string): boolean {
  let before = 0;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code === 0x2f || code === 0x5c || (code === 0x2e && before === 0x2e)) return true;
    before = code;
  }
  return false;
}
