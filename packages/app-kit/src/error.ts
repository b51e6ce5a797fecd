import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

export type AppErrorCode =
  /** A key of the settings file or an environment variable that no setting has. */
  | 'unknown_setting'
  /** A value that its setting does not accept. */
  | 'bad_setting'
  /** The settings file is not there, or is not YAML. */
  | 'bad_settings_file'
  /** The data directory cannot be made or written. */
  | 'data_dir_not_writable'
  /** No room is left where the data directory is. */
  | 'data_dir_full'
  /** The path of the data directory leaves no room for that of the control socket. */
  | 'data_dir_too_deep'
  /** Another process of the same app uses the data directory. */
  | 'already_running'
  /** No process of the app uses the data directory. */
  | 'not_running'
  /** The running process refused or failed the command. */
  | 'control_failed'
  /** A file or standard input that should hold a secret does not. */
  | 'no_secret'
  /** The certificate of a NATS server is not one that the app trusts, or is another server's. */
  | 'nats_untrusted'
  /** Stopping took longer than its grace. */
  | 'stop_timed_out';

/** What both apps can fail with before and around their own work. */
export class AppError extends MoorlineError<AppErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<AppErrorCode>) {
    super(message, options);
    this.name = 'AppError';
  }
}

export const isAppError = createErrorGuard<AppError>('AppError');
