import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../durable-file.js';

/** What a control plane tells an agent to do; what is absent is for the agent's own settings to say. */
export interface RemoteConfig {
  /** Milliseconds between two samples, ≥ 1000. */
  intervalMs?: number | undefined;
  /** NATS servers. */
  nats?: readonly string[] | undefined;
}

/** What the control plane has told last: kept on the disk, so that it holds while that is away. */
export interface RemoteSettings {
  readonly current: RemoteConfig;
  /** Keeps `config`. @returns whether it is another one than before. */
  update(config: RemoteConfig): boolean;
  /** Tells `listener` after each change, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

const stored = z.object({ intervalMs: z.number().min(1000).optional(), nats: z.array(z.string()).optional() });

/** Opens what is kept in the data directory; a file that cannot be read counts as none. */
export function openRemoteSettings(dataDir: string): RemoteSettings {
  const path = join(dataDir, 'remote-settings.json');
  let current: RemoteConfig = read(path);
  const listeners = new Set<() => void>();
  return {
    get current() {
      return current;
    },
    update(config) {
      if (JSON.stringify(config) === JSON.stringify(current)) return false;
      writeDurably(path, JSON.stringify(config));
      current = config;
      for (const listener of [...listeners]) listener();
      return true;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function read(path: string): RemoteConfig {
  try {
    return stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
