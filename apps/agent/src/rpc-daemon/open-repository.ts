import { join } from 'node:path';
import { AppError, readSecret } from '@moorline/app-kit';
import type { Logger } from '@moorline/core';
import { type GitAccess, gitEnvironment, ManifestRepository } from '@moorline/gitops';
import type { AgentSettings } from '../settings.js';

/**
 * The repository that the settings name, with its copy in the data directory. Nothing is fetched yet.
 *
 * @throws AppError `no_secret`, `bad_setting`.
 */
export function openRepository(settings: AgentSettings & { gitUrl: string }, logger: Logger): ManifestRepository {
  const { gitUrl: url, dataDir } = settings;
  return new ManifestRepository({
    dir: join(dataDir, 'manifests.git'),
    url,
    env: gitEnvironment(url, readAccess(settings), process.env),
    branch: settings.gitBranch,
    paths: settings.gitPath,
    author: { name: settings.gitUser, email: settings.gitEmail },
    isReadOnly: settings.gitReadOnly,
    syncTag: settings.gitSyncTag,
    logger,
  });
}

function readAccess({ gitUrl, gitTokenFile, gitTokenUser, ...ssh }: AgentSettings & { gitUrl: string }): GitAccess {
  if (gitTokenFile !== undefined && !gitUrl.startsWith('https:')) {
    throw new AppError(`--git-token-file is for https, and --git-url is ${gitUrl}`, {
      code: 'bad_setting',
      hint: 'give an https URL, or a key for ssh with --git-ssh-key-file',
    });
  }
  return {
    sshKeyFile: ssh.gitSshKeyFile,
    sshKnownHostsFile: ssh.gitKnownHostsFile,
    ...(gitTokenFile === undefined
      ? {}
      : { token: { user: gitTokenUser, secret: readSecret(gitTokenFile, 'token for git') } }),
  };
}
