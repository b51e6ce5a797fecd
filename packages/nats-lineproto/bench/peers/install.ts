import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildInTemporaryFolder } from '../temporary-build.js';
import { influxEncoder } from './influx.js';
import { influxdbClientEncoder } from './influxdb-client.js';
import { influxdb3ClientEncoder } from './influxdb3-client.js';
import { lineProtocolParser } from './line-protocol-parser.js';
import type { PeerDecoder, PeerEncoder } from './peer.js';
import { questdbEncoder } from './questdb.js';

/** The npm packages that this one is measured against, installed for this run. */
export interface Peers {
  readonly encoders: readonly PeerEncoder[];
  readonly decoders: readonly PeerDecoder[];
  /** Packages and versions of those that only write. */
  readonly onlyEncoders: readonly string[];
  remove(): void;
}

/** @returns why there are none, where npm or its registry is not to be had. */
export function installPeers(): Peers | string {
  const build = buildInTemporaryFolder('the peers need npm and its registry', ({ folder, copy, run }) => {
    copy('peers/manifest.json', 'package.json');
    run('npm', 'install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1');
  });
  if (typeof build === 'string') return build;
  const manifest = join(build.folder, 'package.json');
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(readFileSync(manifest, 'utf8'));
  const nameOf = (name: string): string => `${name} ${dependencies[name]}`;
  const load = createRequire(manifest);
  const encoders = [
    influxdbClientEncoder(nameOf('@influxdata/influxdb-client'), load('@influxdata/influxdb-client')),
    influxdb3ClientEncoder(nameOf('@influxdata/influxdb3-client'), load('@influxdata/influxdb3-client')),
    questdbEncoder(nameOf('@questdb/nodejs-client'), load('@questdb/nodejs-client')),
    influxEncoder(nameOf('influx'), load('influx')),
  ];
  const decoders = [lineProtocolParser(nameOf('influx-line-protocol-parser'), load('influx-line-protocol-parser'))];
  return { encoders, decoders, onlyEncoders: encoders.map(({ name }) => name), remove: build.remove };
}
