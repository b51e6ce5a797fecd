import type { Engine, Installer, Reporter } from './engine.js';
import { type Manifold, manifold } from './manifold.js';
import { type OutputKey, outputKey } from './output-key.js';
import { valueWorker } from './run-worker.js';

/** The engine as its own workers may use it: to install more. See {@link selfManifold}. */
export const installerKey: OutputKey<Installer> = outputKey('installer');

/** The engine as its own workers may use it: to tell what goes on. See {@link selfManifold}. */
export const reporterKey: OutputKey<Reporter> = outputKey('reporter');

/**
 * Offers an engine to its own workers, under {@link installerKey} and {@link reporterKey}. They cannot stop it: a worker
 * that waited for its engine's end would wait for itself. To end the engine from inside, end with a fatal error.
 *
 * ```ts
 * engine.install('self', selfManifold(engine));
 * ```
 */
export function selfManifold(engine: Engine): Manifold {
  const installer: Installer = {
    install: (name, manifold, options) => engine.install(name, manifold, options),
    installAll: (manifolds, options) => engine.installAll(manifolds, options),
  };
  const reporter: Reporter = { report: () => engine.report(), status: () => engine.status() };
  return manifold({
    start: () => valueWorker({ installer, reporter }),
    outputs: ({ output }) => [installerKey.provide(output.installer), reporterKey.provide(output.reporter)],
  });
}
