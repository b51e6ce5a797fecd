import { type Form, form, optional, setting, type Settings } from '@moorline/app-kit';

/** A remote repository. A password in it would stand in the list of processes and in logs. */
const gitUrl: Form<string> = {
  accepted: 'https://…, ssh://…, USER@HOST:PATH or file:///…, without a password',
  placeholder: 'URL',
  parse(input) {
    if (typeof input !== 'string' || /[\s\0]/.test(input)) return undefined;
    if (/^[\w.-]+@[\w.-]+:[^-/:][^:]*$/.test(input)) return input;
    if (!URL.canParse(input)) return undefined;
    const { protocol, password, hash } = new URL(input);
    return /^(?:https|ssh|file):$/.test(protocol) && password === '' && hash === '' ? input : undefined;
  },
};

/** A branch or a tag, by the rules of git. */
const refName: Form<string> = {
  accepted: 'the name of a branch or a tag, such as main',
  placeholder: 'NAME',
  parse: (input) =>
    typeof input === 'string' && /^[\w+][\w+./-]*$/.test(input) && !/\.\.|\/\/|\/\.|\.lock(?:\/|$)|[/.]$/.test(input)
      ? input
      : undefined,
};

/** A folder or a file of a repository. */
const repositoryPath: Form<string> = {
  accepted: 'a path in the repository, such as k8s/base',
  placeholder: 'PATH',
  parse(input) {
    if (typeof input !== 'string' || input.startsWith('/') || input.includes('\0')) return undefined;
    const steps = input.split('/').filter((step) => step !== '' && step !== '.');
    return steps.includes('..') || steps.length === 0 ? undefined : steps.join('/');
  },
};

/** What stands in a commit beside its message. */
const person: Form<string> = {
  accepted: 'a text without <, > and line breaks',
  placeholder: 'TEXT',
  parse: (input) =>
    typeof input === 'string' && /^[^<>\n\r\0]*[^<>\n\r\0\s.,:;"'][^<>\n\r\0]*$/.test(input) ? input : undefined,
};

/** Where the manifests are that the control plane may read and change, and how the agent shows who it is there. */
export const gitSettings = {
  gitUrl: optional(
    gitUrl,
    'the git repository whose Kubernetes manifests the control plane may read and change; none = none',
  ),
  gitBranch: setting(refName, 'the branch that is followed', 'main'),
  gitPath: setting(form.list(repositoryPath), 'the folders or files of it that hold manifests; none = all of it', []),
  gitPollInterval: setting(form.duration, 'how often it is looked at, at least 1s', 300_000),
  gitUser: setting(person, 'the name that commits are made by', 'Moorline'),
  gitEmail: setting(person, 'the address that commits are made by', 'moorline-agent@localhost'),
  gitReadOnly: setting(form.toggle, 'make no commits: changes are refused', false),
  gitSyncTag: optional(
    refName,
    'a tag of the repository by which the program that applies it says how far it is; none = what the agent has read counts as applied',
  ),
  gitSshKeyFile: optional(form.path, 'a file with the private key for ssh; else what ssh finds'),
  gitKnownHostsFile: optional(form.path, "a file with the keys of hosts for ssh; else the user's own"),
  gitTokenFile: optional(form.path, 'a file with a token or password for https'),
  gitTokenUser: setting(form.text('NAME'), 'the user that the token is of; many hosts take any', 'git'),
} satisfies Settings;

/** The cluster in which the workloads of the manifests run. */
export const clusterSettings = {
  kubeconfig: optional(
    form.path,
    'a kubeconfig file by which the cluster is asked how the workloads of the manifests are; none = no cluster is asked',
  ),
  kubeContext: optional(form.text('NAME'), 'a context of that file; else its current one'),
} satisfies Settings;
