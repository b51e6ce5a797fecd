import { always, map, struct, text } from './shape.js';

/** The repository that a daemon follows, and the key that it does so with. */
export interface GitConfig {
  remote: {
    /** Without its password. */
    url: string;
    branch: string;
    /** Several paths are joined by commas. */
    path: string;
  };
  publicSSHKey: {
    key: string;
    /** By the name of the hash: `md5`, `sha256`. */
    fingerprints: Record<string, { hash: string; randomart: string }> | null;
  };
  /** `unconfigured`, `new`, `cloned`, `ready`, `unreachable`; `''` from daemons before 1.2. */
  status: string;
  /** One text despite its name. */
  errors: string;
}

const fingerprint = struct<{ hash: string; randomart: string }>('ssh.Fingerprint', {
  hash: always(text),
  randomart: always(text),
});

export const gitConfig = struct<GitConfig>('v6.GitConfig', {
  remote: always(
    struct<GitConfig['remote']>('v6.GitRemoteConfig', { url: always(text), branch: always(text), path: always(text) }),
  ),
  publicSSHKey: always(
    struct<GitConfig['publicSSHKey']>('ssh.PublicKey', { key: always(text), fingerprints: always(map(fingerprint)) }),
  ),
  status: always(text),
  errors: always(text),
});
