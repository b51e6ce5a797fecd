import type { components, operations } from '../generated/types.js';

type Schemas = components['schemas'];
type Query<Id extends keyof operations> = NonNullable<operations[Id]['parameters']['query']>;

/** Ids of all operations of the document. */
export type OperationId = keyof operations;

export type Failure = Schemas['Failure'];
export type ReportScope = Schemas['ReportScope'];
export type MachineToken = Schemas['MachineToken'];
export type MachineIdentity = Schemas['MachineIdentity'];
export type Me = Schemas['Me'];

export type Unit = Schemas['Unit'];
export type MetricScope = Schemas['MetricScope'];
export type MetricConfig = Schemas['MetricConfig'];
export type SubClusterConfig = Schemas['SubClusterConfig'];
export type SubCluster = Schemas['SubCluster'];
export type Topology = Schemas['Topology'];
export type Accelerator = Schemas['Accelerator'];
export type Cluster = Schemas['Cluster'];
export type ClusterList = Schemas['ClusterList'];
export type HostDescription = Schemas['HostDescription'];

export type JobState = Schemas['JobState'];
export type Tag = Schemas['Tag'];
export type FootprintValue = Schemas['FootprintValue'];
export type JobRow = Schemas['JobRow'];
export type JobTotal = Schemas['JobTotal'];
export type JobPage = Schemas['JobPage'];
export type Resource = Schemas['Resource'];
export type JobStatistics = Schemas['JobStatistics'];
export type Job = Schemas['Job'];
export type JobAnswer = Schemas['JobAnswer'];

export type SeriesStatistics = Schemas['SeriesStatistics'];
export type MetricSeries = Schemas['MetricSeries'];
export type MetricRange = Schemas['MetricRange'];
export type MetricRangeList = Schemas['MetricRangeList'];

export type NodeState = Schemas['NodeState'];
export type NodeHealth = Schemas['NodeHealth'];
export type NodeValue = Schemas['NodeValue'];
export type NodeRow = Schemas['NodeRow'];
export type NodeList = Schemas['NodeList'];
export type NodeAnswer = Schemas['NodeAnswer'];
export type NodeStateRow = Schemas['NodeStateRow'];
export type NodeStateList = Schemas['NodeStateList'];

export type Spool = Schemas['Spool'];
export type Connections = Schemas['Connections'];
export type MachineRow = Schemas['MachineRow'];
export type MachineList = Schemas['MachineList'];
export type MachineAnswer = Schemas['MachineAnswer'];
export type EngineWorker = Schemas['EngineWorker'];
export type EngineReport = Schemas['EngineReport'];

export type Registration = Schemas['Registration'];
export type RegistrationList = Schemas['RegistrationList'];
export type NewRegistration = Schemas['NewRegistration'];
export type CreatedRegistration = Schemas['CreatedRegistration'];

/** Which jobs are wanted, how they are ordered, and which page. */
export type JobSearch = Query<'searchJobs'>;
/** Which of a job's or a node's series are wanted, and how fine. */
export type MetricQuery = Query<'getJobMetrics'>;
/** Of which metrics the newest values are wanted. */
export type NodeQuery = Query<'listNodes'>;
/** Which states of a node are wanted, and which page. */
export type NodeStateQuery = Query<'listNodeStates'>;
/** Which live events are wanted, and behind which they begin. */
export type LiveQuery = Query<'live'>;
