import { idsOf } from './ids.js';

/** Something that this server does otherwise than the original, with every captured exchange in which that shows. */
export interface DeliberateDifference {
  /** As the README's table has it. */
  what: string;
  /** By the status that this server answers: the ids of the exchanges. */
  lines: Readonly<Record<number, readonly string[]>>;
}

const rest = (numbers: string): string[] => idsOf('rest', numbers);
const cached = (numbers: string): string[] => idsOf('cached', numbers);
const iplist = (numbers: string): string[] => idsOf('iplist', numbers);
const noauth = (numbers: string): string[] => idsOf('noauth', numbers);
const nats = (numbers: string): string[] => idsOf('nats', numbers);

/** All of them; test/vectors.test.ts holds the list against the server and the README against the list. */
export const deliberateDifferences: readonly DeliberateDifference[] = [
  {
    what: 'A start is stored when it is answered, and has its row then: nothing waits for a commit worker, and a start that is repeated is a duplicate (422), not a failure (500)',
    lines: {
      200: cached('003-007 013 015 017'),
      404: cached('014 016'),
      422: [...rest('307-313'), ...cached('002 010 012'), ...noauth('005')],
    },
  },
  {
    what: 'Of several earlier starts that make one a duplicate the newest is named',
    lines: { 422: rest('244 356') },
  },
  {
    what: 'A `null` among resources or tags is refused (400): nothing crashes over it later',
    lines: { 200: rest('361 413-414'), 400: rest('271-272 459'), 422: rest('415') },
  },
  {
    what: 'Values of `shared` and `monitoringStatus` that there are not are the fault of the caller (400), not of the server; any `smt` is taken',
    lines: { 201: rest('281'), 400: rest('279-280 288'), 422: rest('282') },
  },
  {
    what: 'A number that a JSON reader of 64-bit floats would round is refused (400)',
    lines: { 400: rest('299') },
  },
  {
    what: 'Metadata and tags of a job that has ended change as those of a running one do, archived or not',
    lines: { 200: rest('436-439 466') },
  },
  {
    what: 'A tag that a job has already is no failure, and tags are told apart by their scope too',
    lines: { 200: rest('443-444 453 462-463 475 485') },
  },
  {
    what: 'A 200 has a body, though there be no metrics to show',
    lines: { 200: [...rest('400-401 617-618'), ...iplist('023-024')] },
  },
  {
    what: 'Answers about running jobs are not kept for two minutes: what was written is what is read',
    lines: { 200: rest('571 576-578 580') },
  },
  {
    what: 'An empty list of metrics asks for none, of archived jobs too',
    lines: { 200: rest('612') },
  },
  {
    what: 'Archives are in the database: there is no file whose loss turns lists, tags or metadata into failures',
    lines: { 200: rest('348 371 615 619-621') },
  },
  {
    what: '`/api/debug` shows from the first sample of a stretch to its last, and stretches as they are stored, not the buffers of a ring',
    lines: { 200: rest('591 593-595') },
  },
  {
    what: '`/api/free` makes no empty paths, so that `/api/debug` does not find them afterwards (400)',
    lines: { 400: rest('605 607') },
  },
  {
    what: 'There is always a metric store',
    lines: { 200: iplist('015-016 026') },
  },
  {
    what: 'A 401 is one JSON document, not two, and a role that is named twice counts once',
    lines: { 200: rest('072'), 401: rest('064 073 080-082 089') },
  },
  {
    what: "The paths of the original's own document are answered beside the real ones",
    lines: {
      200: rest('117 121 124 525'),
      201: rest('130'),
      400: rest('123 127'),
      401: rest('120 122 125-126'),
      404: rest('128-129'),
    },
  },
  {
    what: 'A path that leads nowhere is answered with JSON everywhere, not with a page',
    lines: { 404: rest('097') },
  },
  {
    what: 'A session ends with its user',
    lines: { 401: rest('223-224') },
  },
  {
    what: 'A setting of a user is JSON under a name of 1 to 255 bytes; anything else is refused (400)',
    lines: { 400: rest('210 212') },
  },
  {
    what: 'A host name that is too long is the fault of the caller (400)',
    lines: { 400: rest('536') },
  },
  {
    what: 'Where nobody is asked for a token (`--disable-authentication`), what only an administrator or a user may do is refused (403, 401), not a crash (500)',
    lines: { 401: noauth('013-017'), 403: noauth('011-012') },
  },
  {
    what: 'Starts and stops are taken over REST whatever else brings jobs',
    lines: { 200: nats('007'), 201: nats('001'), 400: nats('003-004'), 405: nats('005'), 422: nats('002') },
  },
  {
    what: 'The journal at `/frontend/logs/` is read only where `--journal-unit` names a unit',
    lines: { 404: rest('219') },
  },
  {
    what: 'Not here: taggers of jobs',
    lines: { 200: rest('200'), 409: rest('203') },
  },
];
