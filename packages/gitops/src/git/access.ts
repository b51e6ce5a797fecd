/** How we show a remote repository who we are. Secrets are in files, and never in arguments or URLs. */
export interface GitAccess {
  /** Private key for ssh. Default: what the ssh of this user finds. */
  sshKeyFile?: string | undefined;
  /** Keys of known hosts for ssh. Default: those of this user; a host that is not known is refused. */
  sshKnownHostsFile?: string | undefined;
  /** For `https:`. */
  token?: { user: string; secret: string } | undefined;
}

/** What git and what it starts need of the surroundings: where programs, keys and proxies are. Nothing else is handed on. */
const handedOn = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'SSH_AUTH_SOCK', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO'],
  ...['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'GIT_EXEC_PATH'],
]);

/** The variables that git runs with: it never asks a question, and speaks English. */
export function gitEnvironment(
  url: string,
  { sshKeyFile, sshKnownHostsFile, token }: GitAccess,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept = Object.entries(env).filter((entry): entry is [string, string] => {
    const [name, value] = entry;
    return value !== undefined && handedOn.has(name);
  });
  const ssh = [
    'ssh -o BatchMode=yes -o ConnectTimeout=10 -o StrictHostKeyChecking=yes',
    ...(sshKeyFile === undefined ? [] : [`-o IdentitiesOnly=yes -i ${quoted(sshKeyFile)}`]),
    ...(sshKnownHostsFile === undefined ? [] : [`-o ${quoted(`UserKnownHostsFile="${sshKnownHostsFile}"`)}`]),
  ];
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_SSH_COMMAND: ssh.join(' '),
    ...(token === undefined ? {} : headerFor(url, token)),
  };
}

/** A header for this host alone. Other users see the arguments of a process, and not its variables. */
function headerFor(url: string, { user, secret }: { user: string; secret: string }): Record<string, string> {
  const basic = Buffer.from(`${user}:${secret}`, 'utf8').toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}

/** Git hands the command to a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
