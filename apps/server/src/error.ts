import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

export const serverErrorCodes = [
  /** Another process listens on the port. */
  'port_in_use',
  /** The system does not let this process listen there: no such address, or a privileged port. */
  'cannot_listen',
  /** Plain HTTP was asked for on an address that other machines can reach. */
  'insecure_listen',
  /** The certificate or its key cannot be read, made or used, or one of them is missing. */
  'bad_certificate',
  /** The key file is not a private Ed25519 key in PEM form. */
  'bad_key_file',
  /** The key file can be read by others than its owner. */
  'exposed_key_file',
  /** The key file of a new data directory cannot be written. */
  'cannot_make_key_file',
  /** The keys of the environment are not a pair of Ed25519 keys. */
  'bad_key_variables',
  /** A command waited for a server that then did not start. */
  'ended_early',
  /** No registration token with that id is open. */
  'no_such_token',
  /** The command line holds the password of the database. */
  'password_in_arguments',
  /** Nothing was ever stored in the data directory. */
  'no_database',
  /** A user of that name is there already. */
  'user_exists',
  /** No user has that name. */
  'no_such_user',
  /** A one-time link was asked for, and the server does not listen where it could be opened. */
  'not_on_loopback',
  /** Roles, projects and password do not go together. */
  'bad_user',
  /** A password is needed, and nobody is there to be asked for it. */
  'no_password',
  /** A file that describes a cluster cannot be read, or breaks a rule. */
  'bad_cluster_file',
  /** Another description of the cluster is there already. */
  'cluster_exists',
  /** A folder is no job archive, or one of another version. */
  'bad_archive',
  /** The files of one job of an archive cannot be read. */
  'bad_archive_job',
  /** Some jobs of an archive were left out. */
  'import_incomplete',
  /** A command was stopped before its end. */
  'interrupted',
  /** No version of the tables has that name, or the database does not have it. */
  'no_such_version',
  /** Something would be lost, and nobody agreed to that. */
  'not_confirmed',
  /** The command needs the database for itself, and a server uses it. */
  'server_runs',
  /** The database has damage. */
  'check_failed',
  /** The journal of the system cannot be read. */
  'journal_failed',
  /** The input of a control command is not what the command takes. */
  'bad_command_input',
  /** No machine has that id or host name. */
  'no_such_node',
  /** Agents have no such setting, or it does not take that value. */
  'bad_agent_setting',
  /** Several machines have that host name. */
  'ambiguous_node',
  /** Daemons have no such method, or it does not take what it was given. */
  'bad_call',
  /** The machine's daemon has not dialled in, or was cut off. */
  'daemon_not_connected',
  /** The daemon did not answer in time. */
  'daemon_timed_out',
  /** The daemon answered that it will not, or cannot, do it, and why. */
  'daemon_refused',
  /** The call failed in another way: the connection broke, or the answer cannot be understood. */
  'daemon_failed',
  /** The agent of the machine has no session. */
  'session_not_connected',
  /** The agent did not answer in time. */
  'session_timed_out',
  /** The agent, or the protocol that it speaks, does not know the request; or it keeps its token. */
  'session_refused',
  /** The request failed in another way. */
  'session_failed',
  /** The running server answered a control command in a form that this program does not know. */
  'bad_command_answer',
] as const;

export type ServerErrorCode = (typeof serverErrorCodes)[number];

/** What the server app can fail with by itself; its packages have errors of their own. */
export class ServerError extends MoorlineError<ServerErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<ServerErrorCode>) {
    super(message, options);
    this.name = 'ServerError';
  }
}

export const isServerError = createErrorGuard<ServerError>('ServerError');
