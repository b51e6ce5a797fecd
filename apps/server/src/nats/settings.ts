import { form, type Form, natsSettings, natsSubject, setting, type Settings, type Values } from '@moorline/app-kit';

/** Part of the names of streams and consumers, which have neither dots nor wildcards. */
const name: Form<string> = {
  accepted: 'letters, digits, "_" and "-", 32 at most',
  placeholder: 'NAME',
  parse: (input) => (typeof input === 'string' && /^[\w-]{1,32}$/.test(input) ? input : undefined),
};

/** What the server needs to take events over NATS; those of the connection and the subjects are the agent's too. */
export const intakeSettings = {
  ...natsSettings,
  natsStreams: setting(
    name,
    'the first word of the names of its streams: NAME_JOBS, NAME_READINGS, NAME_DEAD',
    'MOORLINE',
  ),
  natsGroup: setting(
    name,
    'the name of the durable consumers, or of the queue group: servers with one name and one store share the events',
    'moorline-server',
  ),
  natsPlain: setting(form.toggle, 'subscribe without JetStream: what comes while no server listens is lost', false),
  natsWait: setting(
    form.duration,
    'about how long an event waits for what it builds on, such as a stop for its start',
    300_000,
  ),
  natsDaemonSubject: setting(
    natsSubject,
    'the first words of the subjects over which servers call the daemons of each other',
    'moorline.daemons',
  ),
} satisfies Settings;

export type IntakeSettings = Values<typeof intakeSettings>;
