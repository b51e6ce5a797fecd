import type { CcClient, StartJobRequest } from '@moorline/cc-api';
import type { MockedOperationId } from '@moorline/cc-api/msw';

export const start: StartJobRequest = {
  ...{ jobId: 1, cluster: 'demo', user: 'alice', numNodes: 1, startTime: 1_700_000_000 },
  resources: [{ hostname: 'n01' }],
};

const tags = [{ type: 't', name: 'n', scope: 'global' }];
const states = { cluster: 'demo', nodes: [{ hostname: 'n01', states: ['idle'] }] };

/** One call of every operation that the client has. An operation without one does not compile. */
export const calls: Record<MockedOperationId<'actual'>, (cc: CcClient) => Promise<unknown>> = {
  clusters: (cc) => cc.clusters(),
  createJwt: (cc) => cc.createJwt('alice'),
  createUser: (cc) => cc.createUser({ username: 'carl', role: 'user', password: 'x' }),
  debugMetrics: (cc) => cc.debugMetrics(['demo', 'n01']),
  deleteJob: (cc) => cc.deleteJob(7),
  deleteJobByKey: (cc) => cc.deleteJobByKey({ jobId: 1 }),
  deleteJobsBefore: (cc) => cc.deleteJobsBefore(1_700_000_000, { omitTagged: 'all' }),
  deleteTags: (cc) => cc.deleteTags(tags),
  deleteUser: (cc) => cc.deleteUser('carl'),
  editMeta: (cc) => cc.editMeta(7, { key: 'k', value: 'v' }),
  editMetaByKey: (cc) => cc.editMetaByKey({ jobId: 1 }, { key: 'k', value: 'v' }),
  freeMetrics: (cc) => cc.freeMetrics(5, [['demo', 'n01']]),
  getJob: (cc) => cc.getJob(7, { allMetrics: true }),
  getJobSeries: (cc) => cc.getJobSeries(7, ['load_one']),
  getMachineState: (cc) => cc.getMachineState('demo', 'n01'),
  getUserJob: (cc) => cc.getUserJob(7),
  getUserJobSeries: (cc) => cc.getUserJobSeries(7, ['load_one']),
  healthcheck: (cc) => cc.healthcheck(states),
  jobMetrics: (cc) => cc.jobMetrics(7, { metrics: ['load_one'], scopes: ['node'] }),
  listJobs: (cc) => cc.listJobs(),
  listLogs: (cc) => cc.listLogs({ lines: 1, level: 3 }),
  listRoles: (cc) => cc.listRoles(),
  listTaggers: (cc) => cc.listTaggers(),
  listUserJobs: (cc) => cc.listUserJobs(),
  listUsers: (cc) => cc.listUsers({ notJustUser: true }),
  listUsersBySession: (cc) => cc.listUsersBySession(),
  putMachineState: (cc) => cc.putMachineState('demo', 'n01', { a: 1 }),
  runTagger: (cc) => cc.runTagger('AppTagger'),
  setConfiguration: (cc) => cc.setConfiguration('plot_view_plotsPerRow', 4),
  setNotice: (cc) => cc.setNotice('Maintenance on Monday'),
  startJob: (cc) => cc.startJob(start),
  stopJob: (cc) => cc.stopJob({ jobId: 1, stopTime: 1_700_000_100 }),
  tagJob: (cc) => cc.tagJob(7, tags),
  untagJob: (cc) => cc.untagJob(7, tags),
  updateNodeStates: (cc) => cc.updateNodeStates(states),
  updateUser: (cc) => cc.updateUser('bob', { 'add-role': 'manager' }),
  updateUserBySession: (cc) => cc.updateUserBySession('carl', { 'add-role': 'support' }),
  usedNodes: (cc) => cc.usedNodes(1_700_000_000),
  userJobMetrics: (cc) => cc.userJobMetrics(7),
  writeMetrics: (cc) => cc.writeMetrics('load_one,hostname=n01 value=1 1700000000', { cluster: 'demo' }),
};
