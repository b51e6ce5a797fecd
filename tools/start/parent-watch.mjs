/**
 * Preloaded into the apps that the launcher starts: when the launcher is gone, even by SIGKILL, its channel closes and the
 * app ends as on SIGTERM. The channel itself does not keep the app alive.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
