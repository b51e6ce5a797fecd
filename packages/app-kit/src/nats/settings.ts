import type { Form } from '../settings/form.js';
import * as form from '../settings/form.js';
import { optional, setting, type Settings, type Values } from '../settings/setting.js';

/** A server's URL. Credentials in it would stand in the list of processes and in logs. */
const serverUrl: Form<string> = {
  accepted: 'nats://HOST[:PORT] or tls://HOST[:PORT], without credentials',
  placeholder: 'URL',
  parse(input) {
    if (typeof input !== 'string' || !/^(?:nats|tls):\/\/[^/?#@\s]+$/.test(input)) return undefined;
    return URL.canParse(input) ? input : undefined;
  },
};

/** A subject, or the first words of some. */
export const natsSubject: Form<string> = {
  accepted: 'words with single dots between, such as cc.job.event',
  placeholder: 'SUBJECT',
  parse: (input) => (typeof input === 'string' && /^[^\s.*>]+(?:\.[^\s.*>]+)*$/.test(input) ? input : undefined),
};

/** Where NATS is, how an app shows who it is, and which subjects carry what: the same in both apps, so that they meet. */
export const natsSettings = {
  nats: setting(
    form.list(serverUrl),
    'the NATS servers; any that answers will do, tls:// insists on TLS; none = no NATS',
    [],
  ),
  natsUser: optional(form.text('NAME'), 'the user of the NATS servers, with --nats-password-file'),
  natsPasswordFile: optional(form.path, "a file with that user's password"),
  natsTokenFile: optional(form.path, 'a file with the token of the NATS servers'),
  natsNkeyFile: optional(form.path, 'a file with the seed of an NKey (SU…)'),
  natsCredsFile: optional(form.path, 'a credentials file, as nsc writes it'),
  natsCaFile: optional(
    form.path,
    'a file with the certificates (PEM) that sign those of the NATS servers; insists on TLS',
  ),
  natsAllowPlaintext: setting(
    form.toggle,
    'send the password or token to other machines without TLS, readable on the way',
    false,
  ),
  natsJobSubject: setting(natsSubject, 'the subject of starts and stops of jobs', 'cc.job.event'),
  natsNodeStateSubject: setting(natsSubject, 'the subject of node states', 'cc.node.state'),
  natsMetricsSubject: setting(
    natsSubject,
    "the first words of the subjects of metric lines; a dot and the cluster's name follow",
    'cc.metrics',
  ),
} satisfies Settings;

export type NatsSettings = Values<typeof natsSettings>;
