import { join } from 'node:path';
import { readSecret } from '@moorline/app-kit';
import { openStore, type Store, type StoreTarget } from '@moorline/cc-store';
import type { Logger } from '@moorline/core';
import { daysOf } from './retention-rule.js';
import { databaseName, type ServerSettings } from './settings.js';

/** Opens what the server keeps, as its settings say. @throws StoreError, each with a hint; AppError `no_secret`. */
export function openServerStore(settings: ServerSettings, logger?: Logger): Promise<Store> {
  const { durability, archiveDelay, metricRetention, metricRetentionRules, rollupRetention } = settings;
  return openStore({
    ...storeTarget(settings),
    durability,
    archiveAfterMs: archiveDelay,
    metricRetentionDays: metricRetention && daysOf(metricRetention),
    retention: metricRetentionRules,
    rollupRetentionDays: rollupRetention && daysOf(rollupRetention),
    logger,
  });
}

/** Where that is. @throws AppError `no_secret`. */
export function storeTarget(settings: ServerSettings): StoreTarget {
  const url = postgresUrl(settings);
  return url === undefined ? { path: join(settings.dataDir, databaseName) } : { postgres: { url } };
}

function postgresUrl({ databaseUrl, databaseUrlFile }: ServerSettings): string | undefined {
  if (databaseUrl !== undefined || databaseUrlFile === undefined) return databaseUrl;
  return readSecret(databaseUrlFile, 'address of the database');
}
