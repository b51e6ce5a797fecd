import { join } from 'node:path';
import { openStore, type Store } from '@moorline/cc-store';
import type { Logger } from '@moorline/core';
import { databaseName, type ServerSettings } from './settings.js';

/** Opens what the server keeps, as its settings say. @throws StoreError, each with a hint. */
export function openServerStore(settings: ServerSettings, logger?: Logger): Promise<Store> {
  const { dataDir, durability, archiveDelay, metricRetention } = settings;
  return openStore({
    path: join(dataDir, databaseName),
    durability,
    archiveAfterMs: archiveDelay,
    metricRetentionDays: metricRetention === undefined ? undefined : metricRetention / 86_400_000,
    logger,
  });
}
