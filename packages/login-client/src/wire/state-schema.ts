/** Name of the state file inside the data directory. */
export const stateFileName = 'gpud.state';

/** The tables of the original (docs/protocol.md §6). */
export const createStateTables = [
  `CREATE TABLE IF NOT EXISTS gpud_metadata (
	key TEXT PRIMARY KEY,
	value TEXT
) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS session_states (
	timestamp INTEGER NOT NULL,
	success INTEGER NOT NULL,
	message TEXT
)`,
] as const;

/** Keys of `gpud_metadata`. */
export const metadataKeys = {
  endpoint: 'endpoint',
  machineId: 'machine_id',
  sessionToken: 'token',
  machineProof: 'machine_proof',
  publicIp: 'public_ip',
  privateIp: 'private_ip',
  nodeLabels: 'last_sent_node_labels',
  loggedInAt: 'control_plane_login_success',
} as const;

/** Tables that a real agent's state file may hold before its first login. */
export const isStateTable = (name: string): boolean =>
  /^(?:gpud_|components_|infiniband_|os_pstore_|session_states$|sqlite_)/.test(name);
