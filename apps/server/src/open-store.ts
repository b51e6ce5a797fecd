import { join } from 'node:path';
import { readSecret } from '@moorline/app-kit';
import { openStore, type Store } from '@moorline/cc-store';
import type { Logger } from '@moorline/core';
import { databaseName, type ServerSettings } from './settings.js';

/** Opens what the server keeps, as its settings say. @throws StoreError, each with a hint; AppError `no_secret`. */
export function openServerStore(settings: ServerSettings, logger?: Logger): Promise<Store> {
  const { dataDir, durability, archiveDelay, metricRetention } = settings;
  const url = postgresUrl(settings);
  return openStore({
    ...(url === undefined ? { path: join(dataDir, databaseName) } : { postgres: { url } }),
    durability,
    archiveAfterMs: archiveDelay,
    metricRetentionDays: metricRetention === undefined ? undefined : metricRetention / 86_400_000,
    logger,
  });
}

function postgresUrl({ databaseUrl, databaseUrlFile }: ServerSettings): string | undefined {
  if (databaseUrl !== undefined || databaseUrlFile === undefined) return databaseUrl;
  return readSecret(databaseUrlFile, 'address of the database');
}
