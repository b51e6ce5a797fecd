import type { ControllerStatus, ImageStatus } from '../src/index.js';

/** What the answering halves answer, by the name of the measured call. */
export type CallName = 'ping' | 'hashes100B' | 'hashes100kB' | 'services100kB' | 'images10MB';

export const calls: Readonly<Record<CallName, { method: string; argument: unknown }>> = {
  ping: { method: 'RPCServer.Ping', argument: {} },
  hashes100B: { method: 'RPCServer.SyncStatus', argument: 'HEAD' },
  hashes100kB: { method: 'RPCServer.SyncStatus', argument: 'all' },
  services100kB: { method: 'RPCServer.ListServices', argument: '' },
  images10MB: { method: 'RPCServer.ListImages', argument: '<all>' },
};

const hash = (index: number): string => (index * 2_654_435_761).toString(16).padStart(40, '0').slice(-40);

/** Commits as `SyncStatus` lists them, 43 bytes of JSON each. */
export const hashes = (count: number): string[] => Array.from({ length: count }, (_, index) => hash(index));

/** About 100 KB of workloads. */
export const services = (): ControllerStatus[] =>
  Array.from({ length: 165 }, (_, index) => ({
    ID: `orchard:deployment/pear-${index}`,
    Containers: [
      {
        Name: 'api',
        Current: { ID: `registry.example.test/pear/api:2.4.${index}`, Labels: {} },
        LatestFiltered: { ID: '', Labels: {} },
      },
    ],
    ReadOnly: '',
    Status: 'ready',
    Rollout: { Desired: 3, Updated: 3, Ready: 3, Available: 3, Outdated: 0, Messages: null },
    SyncError: '',
    Antecedent: '',
    Labels: { team: 'fruit', 'app.kubernetes.io/name': 'pear' },
    Automated: true,
    Locked: false,
    Ignore: false,
    Policies: { automated: 'true', 'tag.api': 'semver:~2' },
  }));

/** About 10 MB of images: many tags for each container, as a long-lived registry has them. */
export const images = (): ImageStatus[] =>
  Array.from({ length: 100 }, (_, service) => ({
    ID: `orchard:deployment/pear-${service}`,
    Containers: [
      {
        Name: 'api',
        Current: { ID: `registry.example.test/pear/api:2.4.${service}`, Labels: {} },
        LatestFiltered: { ID: `registry.example.test/pear/api:2.5.${service}`, Labels: {} },
        Available: Array.from({ length: 400 }, (_, tag) => ({
          ID: `registry.example.test/pear/api:2.${service}.${tag}`,
          Digest: `sha256:${hash(tag)}`,
          ImageID: `sha256:${hash(service)}`,
          Labels: { 'org.opencontainers.image.created': '2021-03-04T04:06:07.5Z' },
          CreatedAt: '2021-03-04T04:06:07.123456789Z',
        })),
        AvailableImagesCount: 400,
      },
    ],
  }));
