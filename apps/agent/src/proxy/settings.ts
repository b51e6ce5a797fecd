import { form, optional, setting, type Settings } from '@moorline/app-kit';

/** The proxy between container runtimes and the agents inside VMs. */
export const proxySettings = {
  proxySocket: optional(
    form.path,
    'the socket of the Clear Containers proxy: "start" and "proxy serve" listen on it, other commands connect to it; none = no proxy',
  ),
  proxyGeneration: setting(
    form.choice('detect', 'v2', 'v3'),
    'which protocol commands speak with the proxy: v2 is 2.0 to 2.2, v3 is 3.0',
    'detect',
  ),
} satisfies Settings;
