// Generated from openapi/moorline-v1.yaml by `npm run generate`. Do not edit.

export interface paths {
  '/token': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Turns a machine's session token into an hour's token */
    post: operations['exchangeToken'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/identity': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Gives a machine its Juju identity, once
     * @description The same claim gets the same identity again until its first password was replaced, so that a lost answer does no harm.
     */
    post: operations['takeIdentity'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/me': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who is asking, and which server answers */
    get: operations['getMe'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/links/redeem': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Signs in with a one-time link, on the server's own machine */
    post: operations['redeemLink'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/clusters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All clusters as ClusterCockpit describes them, with the generated lists of each subcluster */
    get: operations['listClusters'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/clusters/{cluster}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
      };
      cookie?: never;
    };
    get?: never;
    /**
     * Describes a whole cluster
     * @description A token of the role `api` whose scope has the whole cluster, or that has no scope.
     */
    put: operations['putCluster'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/clusters/{cluster}/hosts/{host}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
        /** @description Name of the node. */
        host: components['parameters']['host'];
      };
      cookie?: never;
    };
    get?: never;
    /**
     * Describes one machine of a cluster, by what it has and measures
     * @description A token of the role `api` whose scope has the host, or that has no scope.
     */
    put: operations['putHost'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/clusters/{cluster}/nodes': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
      };
      cookie?: never;
    };
    /** Every node of a cluster's description, with its state and its newest values */
    get: operations['listNodes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/clusters/{cluster}/nodes/{host}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
        /** @description Name of the node. */
        host: components['parameters']['host'];
      };
      cookie?: never;
    };
    /** One node, with the newest values of all its metrics, and its machine where it has enrolled */
    get: operations['getNode'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/clusters/{cluster}/nodes/{host}/states': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
        /** @description Name of the node. */
        host: components['parameters']['host'];
      };
      cookie?: never;
    };
    /** A node's reported states, the newest first */
    get: operations['listNodeStates'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/clusters/{cluster}/nodes/{host}/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
        /** @description Name of the node. */
        host: components['parameters']['host'];
      };
      cookie?: never;
    };
    /**
     * What was measured on a node in a range of time
     * @description Without `from` the hour before `to`, without `to` up to now.
     */
    get: operations['getNodeMetrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Jobs that match every given condition and that the asking one may see */
    get: operations['searchJobs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The store's row id, not the scheduler's job id. */
        id: components['parameters']['jobRow'];
      };
      cookie?: never;
    };
    /** One job, with its tags and metadata */
    get: operations['getJob'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The store's row id, not the scheduler's job id. */
        id: components['parameters']['jobRow'];
      };
      cookie?: never;
    };
    /**
     * What was measured of a job
     * @description Without `from` and `to` the whole job.
     */
    get: operations['getJobMetrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/machines': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every enrolled machine */
    get: operations['listMachines'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/machines/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Id of the machine. */
        id: components['parameters']['machine'];
      };
      cookie?: never;
    };
    /** One machine, with its inventory and its agent's last report */
    get: operations['getMachine'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/report': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * What the agent of the asking machine does
     * @description A machine's token; its subject is the machine.
     */
    put: operations['putReport'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/registrations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All registration tokens, without their secrets */
    get: operations['listRegistrations'];
    put?: never;
    /** Makes a registration token, which is shown this once */
    post: operations['createRegistration'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/registrations/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Of the registration. */
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Ends a registration token */
    delete: operations['revokeRegistration'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Changes as they happen, as server-sent events
     * @description Each event has an id, its name, and one JSON object as data: a `LiveEvent`. `Last-Event-ID`, or `after`, resumes behind that event; where what followed is no longer known the first event is `reset`.
     */
    get: operations['live'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description Why a request was not done. */
    Failure: {
      /** @description Stable; what programs look at. */
      code: string;
      /** @description What was attempted and what is wrong. */
      message: string;
      /** @description What to do about it. */
      hint?: string;
    };
    /** @description Unix milliseconds. */
    Moment: number;
    /** @description Unix seconds, or a duration in seconds. */
    Seconds: number;
    Count: number;
    RowId: number;
    Json: {
      [key: string]: unknown;
    };
    TokenRequest: {
      /** @description Of the login's answer. */
      machineID: string;
    };
    /** @description What a credential may report for and read. */
    ReportScope: {
      /** @description Name of a cluster, `*` for every one. */
      cluster: string;
      /** @description Only these hosts of it; absent = the whole cluster. */
      hosts?: string[];
    };
    MachineToken: {
      /** @description A secret: opens ClusterCockpit's REST API and this one, within `scope`. */
      token: string;
      /** @description Unix seconds, the one exception of this document. */
      expiresAt: number;
      /** @description Small and this machine's alone; its job ids are made from it. */
      machineNumber: number;
      /** @description Name of the machine's node group. */
      cluster: string;
      /** @description The machine's node name. */
      host: string;
      scope: components['schemas']['ReportScope'][];
    };
    IdentityRequest: {
      machineID: string;
      /** @description A secret that the machine made up: with it a lost answer comes again. */
      claim: string;
    };
    MachineIdentity: {
      /** @description `machine-` and the machine's number. */
      tag: string;
      modelUUID: string;
      controllerUUID: string;
      /** @description Goes with each login of the machine. */
      nonce: string;
      /** @description A secret: the first password, which the first connection replaces. */
      password: string;
      /** @description Where the API is, `host:port` each. */
      addresses: string[];
      /** @description Certificate authority to trust there and nothing else, PEM. */
      caCert?: string;
    };
    RedeemRequest: {
      /** @description The secret part of the link. */
      link: string;
    };
    Me: {
      username: string;
      /** @description Of the person; may be empty. */
      name: string;
      /** @description May be empty. */
      email: string;
      roles: string[];
      /** @description That a manager manages. */
      projects: string[];
      serverVersion: string;
    };
    Unit: {
      /** @description `B/s`, `W`. */
      base: string;
      /** @description Of the SI: `G`, `M`. */
      prefix?: string;
    };
    /**
     * @description What one series of a metric belongs to, the coarsest first.
     * @enum {string}
     */
    MetricScope: 'node' | 'socket' | 'memoryDomain' | 'core' | 'hwthread' | 'accelerator';
    MetricValue: {
      unit: components['schemas']['Unit'];
      value: number;
    };
    Accelerator: {
      /** @description Names it on its node: a PCI address, for instance. */
      id: string;
      type: string;
      model: string;
    };
    /** @description Which hardware threads belong together; each list holds hardware-thread ids. */
    Topology: {
      node: number[];
      socket: number[][];
      memoryDomain: number[][];
      die?: number[][];
      core: number[][];
      accelerators?: components['schemas']['Accelerator'][];
    };
    /** @description What is different about a metric on one subcluster. */
    SubClusterConfig: {
      /** @description Of the subcluster. */
      name: string;
      unit?: components['schemas']['Unit'];
      peak?: number;
      normal?: number;
      caution?: number;
      alert?: number;
      /** @enum {string} */
      footprint?: '' | 'avg' | 'min' | 'max';
      energy?: string;
      lowerIsBetter?: boolean;
      restrict?: boolean;
      /** @description The metric is not measured there. */
      remove?: boolean;
    };
    /** @description How a metric is measured and judged on a cluster. */
    MetricConfig: {
      name: string;
      unit: components['schemas']['Unit'];
      /** @description The best possible value. */
      peak: number;
      /** @description A good value. */
      normal: number;
      /** @description Beyond this it is worth a look. */
      caution: number;
      /** @description Beyond this something is wrong. */
      alert: number;
      /** @description `power`, `energy`, or empty. */
      energy: string;
      scope: components['schemas']['MetricScope'];
      /**
       * @description How a coarser scope is made from a finer one.
       * @enum {string}
       */
      aggregation: 'sum' | 'avg';
      /** @enum {string} */
      footprint?: 'avg' | 'min' | 'max';
      subClusters?: components['schemas']['SubClusterConfig'][];
      /** @description Seconds between samples. */
      timestep: number;
      /** @description Hides the metric from plain users. */
      restrict: boolean;
      lowerIsBetter: boolean;
    };
    /** @description Equal nodes of a cluster. */
    SubCluster: {
      name: string;
      /** @description A node list (`n[01-16],login1`) or `*`. */
      nodes: string;
      processorType: string;
      topology: components['schemas']['Topology'];
      flopRateScalar: components['schemas']['MetricValue'];
      flopRateSimd: components['schemas']['MetricValue'];
      memoryBandwidth: components['schemas']['MetricValue'];
      /** @description Generated: the cluster's metrics with this subcluster's thresholds. */
      metricConfig?: components['schemas']['MetricConfig'][];
      /** @description Generated. */
      footprint?: string[];
      /** @description Generated. */
      energyFootprint?: string[];
      socketsPerNode: number;
      coresPerSocket: number;
      threadsPerCore: number;
    };
    /** @description What is measured on a cluster, and its kinds of nodes. */
    Cluster: {
      name: string;
      metricConfig: components['schemas']['MetricConfig'][];
      subClusters: components['schemas']['SubCluster'][];
    };
    ClusterList: {
      clusters: components['schemas']['Cluster'][];
    };
    /** @description A machine's hardware, and the metrics that it measures. */
    HostDescription: {
      /** @description A ClusterCockpit subcluster without name and nodes. */
      subCluster: components['schemas']['Json'];
      /** @description ClusterCockpit metric configurations. */
      metricConfig: components['schemas']['Json'][];
    };
    /** @enum {string} */
    JobState:
      | 'boot_fail'
      | 'cancelled'
      | 'completed'
      | 'deadline'
      | 'failed'
      | 'node_fail'
      | 'out_of_memory'
      | 'pending'
      | 'preempted'
      | 'running'
      | 'suspended'
      | 'timeout';
    Tag: {
      /** @description The store's row id. */
      id: number;
      type: string;
      name: string;
      /** @description `global`, `admin`, or the name of the user whose private tag it is. */
      scope: string;
    };
    /** @description One number of a whole job, in the unit of its metric. */
    FootprintValue: {
      /** @description Of the metric. */
      name: string;
      /** @description `avg`, `min` or `max`. */
      stat: string;
      value: number;
    };
    /** @description A job as a list shows it. */
    JobRow: {
      /** @description The store's row id. */
      id: components['schemas']['RowId'];
      /** @description The scheduler's id. */
      jobId: number;
      cluster: string;
      subCluster: string;
      partition?: string;
      user: string;
      project: string;
      jobState: components['schemas']['JobState'];
      /** @description Unix seconds. */
      startTime: number;
      /** @description Seconds; of a running job up to the answer. */
      duration: number;
      numNodes: number;
      numHwthreads?: number;
      numAcc?: number;
      /** @description The metadata's `jobName`. */
      name?: string;
      /** @description The first four. */
      hosts: string[];
      tags: components['schemas']['Tag'][];
      footprint: components['schemas']['FootprintValue'][];
    };
    JobTotal: {
      count: components['schemas']['Count'];
      /** @description There are as many at least; they were not counted to the end. */
      isLowerBound: boolean;
    };
    JobPage: {
      jobs: components['schemas']['JobRow'][];
      /** @description Cursor of the next page; absent on the last one. */
      next?: string;
      /** @description Where it was asked for. */
      total?: components['schemas']['JobTotal'];
    };
    /** @description One node that a job runs on. */
    Resource: {
      hostname: string;
      configuration?: string;
      hwthreads?: number[];
      accelerators?: string[];
    };
    JobStatistics: {
      unit: components['schemas']['Unit'];
      avg: number;
      min: number;
      max: number;
    };
    JobLink: {
      /** @description The store's row id. */
      id: number;
      /** @description The scheduler's id. */
      jobId: number;
    };
    /** @description Jobs that shared the nodes. */
    ConcurrentJobs: {
      items: components['schemas']['JobLink'][] | null;
      count: number;
    };
    /** @description A job as ClusterCockpit has it. */
    Job: {
      /** @description The store's row id. */
      id?: number;
      /** @description The scheduler's id. */
      jobId: number;
      cluster: string;
      subCluster: string;
      partition?: string;
      project: string;
      user: string;
      /** @enum {string} */
      shared: 'none' | 'single_user' | 'multi_user';
      jobState: components['schemas']['JobState'];
      tags?: components['schemas']['Tag'][];
      resources: components['schemas']['Resource'][];
      energyFootprint: {
        [key: string]: number;
      } | null;
      /** @description By metric and kind (`mem_used_max`). */
      footprint: {
        [key: string]: number;
      } | null;
      metaData: {
        [key: string]: string;
      } | null;
      concurrentJobs: components['schemas']['ConcurrentJobs'];
      energy: number;
      arrayJobId?: number;
      /** @description Seconds that the job was allowed. */
      walltime?: number;
      /** @description Megabytes. */
      requestedMemory?: number;
      /** @description Seconds; of a running job up to the answer. */
      duration: number;
      smt?: number;
      /** @enum {integer} */
      monitoringStatus?: 0 | 1 | 2 | 3;
      numAcc?: number;
      numHwthreads?: number;
      numNodes: number;
      statistics: {
        [key: string]: components['schemas']['JobStatistics'];
      } | null;
      /** @description Unix seconds. */
      submitTime?: number;
      /** @description Unix seconds. */
      startTime: number;
    };
    JobAnswer: {
      job: components['schemas']['Job'];
    };
    /** @description One value a step; null where no sample arrived. */
    Values: (number | null)[];
    SeriesStatistics: {
      min: number;
      avg: number;
      max: number;
    };
    /** @description Values of one metric at one place. */
    MetricSeries: {
      host: string;
      /** @description Of the socket, core, hardware thread or accelerator; absent at node scope. */
      id?: string;
      /** @description Unix seconds of the first value. */
      from: number;
      /** @description Seconds between two values. */
      step: number;
      /** @description Samples, or the averages of buckets. */
      values: components['schemas']['Values'];
      /** @description Of each bucket; absent where the values are samples. */
      min?: components['schemas']['Values'];
      /** @description Of each bucket; absent where the values are samples. */
      max?: components['schemas']['Values'];
      /** @description Of all samples of the range. */
      statistics?: components['schemas']['SeriesStatistics'];
    };
    /** @description What was measured of one metric at one scope in a range of time. */
    MetricRange: {
      metric: string;
      scope: components['schemas']['MetricScope'];
      unit: components['schemas']['Unit'];
      /** @description Seconds between two samples. */
      timestep: number;
      series: components['schemas']['MetricSeries'][];
    };
    MetricRangeList: {
      metrics: components['schemas']['MetricRange'][];
    };
    /** @enum {string} */
    NodeState: 'allocated' | 'reserved' | 'idle' | 'mixed' | 'down' | 'unknown';
    /**
     * @description How many of its metrics arrive.
     * @enum {string}
     */
    NodeHealth: 'full' | 'partial' | 'failed';
    NodeValue: {
      /** @description At node scope. */
      value: number;
      /** @description Unix seconds. */
      time: number;
    };
    /** @description A node of a cluster's description. */
    NodeRow: {
      cluster: string;
      host: string;
      subCluster: string;
      /** @description Absent where none was ever reported. */
      state?: components['schemas']['NodeState'];
      health?: components['schemas']['NodeHealth'];
      cpusAllocated?: components['schemas']['Count'];
      /** @description Megabytes. */
      memoryAllocated?: components['schemas']['Count'];
      gpusAllocated?: components['schemas']['Count'];
      jobsRunning?: components['schemas']['Count'];
      reportedAt?: components['schemas']['Moment'];
      /** @description Of the machine that has enrolled under this name. */
      machineId?: string;
      /** @description By metric: the newest value of the last 15 minutes. */
      metrics: {
        [key: string]: components['schemas']['NodeValue'];
      };
    };
    NodeList: {
      nodes: components['schemas']['NodeRow'][];
      /** @description When this was so. */
      at: components['schemas']['Moment'];
    };
    NodeStateRow: {
      /** @description Unix seconds. */
      time: number;
      state: components['schemas']['NodeState'];
      health?: components['schemas']['NodeHealth'];
      cpusAllocated?: components['schemas']['Count'];
      /** @description Megabytes. */
      memoryAllocated?: components['schemas']['Count'];
      gpusAllocated?: components['schemas']['Count'];
      jobsRunning?: components['schemas']['Count'];
    };
    NodeStateList: {
      states: components['schemas']['NodeStateRow'][];
      /** @description Cursor of the next page; absent on the last one. */
      next?: string;
    };
    /** @description What waits on the agent's disk. */
    Spool: {
      entries: components['schemas']['Count'];
      bytes: components['schemas']['Count'];
      oldestAt?: components['schemas']['Moment'];
    };
    /** @description How a machine is connected now; a member is absent where it is not. */
    Connections: {
      session?: {
        /** @description `v1` or `v2`. */
        protocol: string;
        connectedAt: components['schemas']['Moment'];
      };
      api?: {
        connectedAt: components['schemas']['Moment'];
      };
      rpc?: {
        /** @description Version of the protocol. */
        protocol: number;
        connectedAt: components['schemas']['Moment'];
      };
    };
    /** @description A machine that has enrolled. */
    MachineRow: {
      id: string;
      number: number;
      /** @description Its node group, and so its cluster. */
      group: string;
      host: string;
      enrolledAt: components['schemas']['Moment'];
      lastLoginAt: components['schemas']['Moment'];
      lastSeenAt?: components['schemas']['Moment'];
      agentVersion?: string;
      connections: components['schemas']['Connections'];
      spool?: components['schemas']['Spool'];
      /** @description Of the last engine report. */
      reportedAt?: components['schemas']['Moment'];
    };
    MachineList: {
      machines: components['schemas']['MachineRow'][];
    };
    NodeAnswer: {
      node: components['schemas']['NodeRow'];
      machine?: components['schemas']['MachineRow'];
    };
    /** @description One worker of an agent. */
    EngineWorker: {
      name: string;
      /** @description `started`, `stopped`, … as the engine calls it. */
      state: string;
      startedAt?: components['schemas']['Moment'];
      restarts?: components['schemas']['Count'];
      /** @description Why it does not run. */
      error?: string;
      /** @description Workers that it waits for. */
      needs?: string[];
    };
    /** @description What an agent does, as `moorline-agent status` shows it. */
    EngineReport: {
      agentVersion: string;
      startedAt: components['schemas']['Moment'];
      /** @description By the agent's clock. */
      at: components['schemas']['Moment'];
      workers: components['schemas']['EngineWorker'][];
      spool: components['schemas']['Spool'];
    };
    MachineAnswer: {
      machine: components['schemas']['MachineRow'];
      /** @description What the machine said of itself when it enrolled. */
      inventory: components['schemas']['Json'];
      report?: components['schemas']['EngineReport'];
    };
    /** @description Letters, digits, `.`, `_` and `-`, 63 at most. */
    Name: string;
    /** @description A registration token without its secret. */
    Registration: {
      id: string;
      /** @description The node group, and so the cluster, that its machines join. */
      group: string;
      /** @description Whole clusters that machines enrolled with it may report for; `*` = all. */
      clusters: string[];
      createdAt: components['schemas']['Moment'];
      /** @description Absent = never. */
      expiresAt?: components['schemas']['Moment'];
      /** @description Machines that it may still enrol; absent = any number. */
      usesLeft?: components['schemas']['Count'];
      /** @enum {string} */
      state: 'open' | 'used up' | 'expired' | 'revoked';
    };
    RegistrationList: {
      registrations: components['schemas']['Registration'][];
    };
    NewRegistration: {
      group: components['schemas']['Name'];
      /** @description Milliseconds from now, a hundred years at most. */
      expiresInMs: number;
      /** @description Machines that may enrol with it. */
      uses: number;
      /** @description Whole clusters that its machines may report for; `*` = all. */
      clusters: string[];
    };
    CreatedRegistration: {
      id: string;
      /** @description A secret; it is not shown again. */
      token: string;
      expiresAt: components['schemas']['Moment'];
    };
    /** @enum {string} */
    LiveTopic: 'jobs' | 'nodes' | 'samples' | 'machines' | 'clusters';
    /** @description The data of a `job` event. */
    LiveJob:
      | {
          /** @enum {string} */
          change: 'started' | 'stopped' | 'changed';
          job: components['schemas']['JobRow'];
        }
      | {
          /** @enum {string} */
          change: 'deleted';
          /** @description The store's row id. */
          id: components['schemas']['RowId'];
        };
    /** @description The data of a `nodes` event. */
    LiveNodes: {
      cluster: string;
      /** @description Their `metrics` are empty. */
      nodes: components['schemas']['NodeRow'][];
    };
    /** @description The data of a `samples` event: new samples arrived; once a second and cluster at most. */
    LiveSamples: {
      cluster: string;
      hosts: string[];
      /** @description Unix seconds of the newest of them. */
      time: number;
    };
    /** @description The data of a `machine` event. */
    LiveMachine: {
      id: string;
      /** @enum {string} */
      change: 'enrolled' | 'connected' | 'disconnected' | 'reported';
    };
    /** @description The data of a `cluster` event: its description is another one. */
    LiveCluster: {
      name: string;
    };
    /** @description The data of a `reset` event: what was missed is not known, so read everything again. `alive` has the same. */
    LiveReset: Record<string, never>;
  };
  responses: {
    /** @description `bad_body`, `bad_request` */
    BadBody: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `bad_query` */
    BadQuery: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `bad_query`, `unknown_cursor` */
    BadPage: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `unauthorized` */
    Unauthorized: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `link_spent` */
    LinkSpent: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `forbidden` */
    Forbidden: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `out_of_scope` */
    OutOfScope: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `not_found` */
    NotFound: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `identity_taken` */
    IdentityTaken: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `body_too_large` */
    BodyTooLarge: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `bad_cluster` */
    BadCluster: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `internal` */
    Internal: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description `unavailable` */
    Unavailable: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
  };
  parameters: {
    /** @description Name of the cluster. */
    cluster: string;
    /** @description Name of the node. */
    host: string;
    /** @description Id of the machine. */
    machine: string;
    /** @description The store's row id, not the scheduler's job id. */
    jobRow: components['schemas']['RowId'];
    /** @description Only these metrics; repeated, or separated by commas. Unknown ones are left out of the answer. */
    metric: string[];
    /** @description At these scopes; repeated, or separated by commas. Finer than a metric is measured gives the scope that it is measured at. Absent = node. */
    scope: components['schemas']['MetricScope'][];
    /** @description Unix seconds. */
    from: components['schemas']['Seconds'];
    /** @description Unix seconds. */
    to: components['schemas']['Seconds'];
    /** @description Values of a series at most; where there are more samples the answer has buckets. */
    points: number;
    /** @description Elements of one page at most. */
    limit: number;
    /** @description The `next` of the page before. It belongs to one filter and one order. */
    cursor: string;
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  exchangeToken: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TokenRequest'];
      };
    };
    responses: {
      /** @description The token */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MachineToken'];
        };
      };
      400: components['responses']['BadBody'];
      401: components['responses']['Unauthorized'];
      413: components['responses']['BodyTooLarge'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  takeIdentity: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['IdentityRequest'];
      };
    };
    responses: {
      /** @description The identity */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MachineIdentity'];
        };
      };
      400: components['responses']['BadBody'];
      401: components['responses']['Unauthorized'];
      409: components['responses']['IdentityTaken'];
      413: components['responses']['BodyTooLarge'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  getMe: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Who is asking */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Me'];
        };
      };
      401: components['responses']['Unauthorized'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  redeemLink: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RedeemRequest'];
      };
    };
    responses: {
      /** @description Signed in */
      204: {
        headers: {
          /** @description The session */
          'Set-Cookie'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['BadBody'];
      401: components['responses']['LinkSpent'];
      403: components['responses']['Forbidden'];
      404: components['responses']['NotFound'];
      413: components['responses']['BodyTooLarge'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  listClusters: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description By name */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClusterList'];
        };
      };
      401: components['responses']['Unauthorized'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  putCluster: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
      };
      cookie?: never;
    };
    /** @description A ClusterCockpit cluster description whose name is that of the path. */
    requestBody: {
      content: {
        'application/json': {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description Stored */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['BadBody'];
      401: components['responses']['Unauthorized'];
      403: components['responses']['OutOfScope'];
      413: components['responses']['BodyTooLarge'];
      422: components['responses']['BadCluster'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  putHost: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
        /** @description Name of the node. */
        host: components['parameters']['host'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['HostDescription'];
      };
    };
    responses: {
      /** @description Stored */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['BadBody'];
      401: components['responses']['Unauthorized'];
      403: components['responses']['OutOfScope'];
      413: components['responses']['BodyTooLarge'];
      422: components['responses']['BadCluster'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  listNodes: {
    parameters: {
      query?: {
        /** @description Only these metrics; repeated, or separated by commas. Unknown ones are left out of the answer. */
        metric?: components['parameters']['metric'];
      };
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description By host */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeList'];
        };
      };
      400: components['responses']['BadQuery'];
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      404: components['responses']['NotFound'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  getNode: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
        /** @description Name of the node. */
        host: components['parameters']['host'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The node */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeAnswer'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      404: components['responses']['NotFound'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  listNodeStates: {
    parameters: {
      query?: {
        /** @description Unix seconds. */
        from?: components['parameters']['from'];
        /** @description Unix seconds. */
        to?: components['parameters']['to'];
        /** @description Elements of one page at most. */
        limit?: components['parameters']['limit'];
        /** @description The `next` of the page before. It belongs to one filter and one order. */
        cursor?: components['parameters']['cursor'];
      };
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
        /** @description Name of the node. */
        host: components['parameters']['host'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeStateList'];
        };
      };
      400: components['responses']['BadPage'];
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      404: components['responses']['NotFound'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  getNodeMetrics: {
    parameters: {
      query?: {
        /** @description Only these metrics; repeated, or separated by commas. Unknown ones are left out of the answer. */
        metric?: components['parameters']['metric'];
        /** @description At these scopes; repeated, or separated by commas. Finer than a metric is measured gives the scope that it is measured at. Absent = node. */
        scope?: components['parameters']['scope'];
        /** @description Unix seconds. */
        from?: components['parameters']['from'];
        /** @description Unix seconds. */
        to?: components['parameters']['to'];
        /** @description Values of a series at most; where there are more samples the answer has buckets. */
        points?: components['parameters']['points'];
      };
      header?: never;
      path: {
        /** @description Name of the cluster. */
        cluster: components['parameters']['cluster'];
        /** @description Name of the node. */
        host: components['parameters']['host'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One element for each metric and scope that has samples */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MetricRangeList'];
        };
      };
      400: components['responses']['BadQuery'];
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      404: components['responses']['NotFound'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  searchJobs: {
    parameters: {
      query?: {
        /** @description Any of these states; repeated, or separated by commas. */
        state?: components['schemas']['JobState'][];
        /** @description Exactly this user's. */
        user?: string;
        /** @description Exactly this project's. */
        project?: string;
        /** @description On this cluster. */
        cluster?: string;
        /** @description Ran on this host. */
        node?: string;
        /** @description Started at this Unix second or later. */
        startFrom?: components['schemas']['Seconds'];
        /** @description Started at this Unix second or earlier. */
        startTo?: components['schemas']['Seconds'];
        /** @description Seconds at least. */
        minDuration?: components['schemas']['Seconds'];
        /** @description Seconds at most. */
        maxDuration?: components['schemas']['Seconds'];
        /** @description `type:name`; repeated: all of them. */
        tag?: string[];
        sort?: 'startTime' | 'duration' | 'numNodes' | 'user' | 'project' | 'jobId';
        order?: 'asc' | 'desc';
        /** @description Elements of one page at most. */
        limit?: components['parameters']['limit'];
        /** @description The `next` of the page before. It belongs to one filter and one order. */
        cursor?: components['parameters']['cursor'];
        /** @description Whether the answer has `total`. */
        count?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobPage'];
        };
      };
      400: components['responses']['BadPage'];
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  getJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The store's row id, not the scheduler's job id. */
        id: components['parameters']['jobRow'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      404: components['responses']['NotFound'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  getJobMetrics: {
    parameters: {
      query?: {
        /** @description Only these metrics; repeated, or separated by commas. Unknown ones are left out of the answer. */
        metric?: components['parameters']['metric'];
        /** @description At these scopes; repeated, or separated by commas. Finer than a metric is measured gives the scope that it is measured at. Absent = node. */
        scope?: components['parameters']['scope'];
        /** @description Unix seconds. */
        from?: components['parameters']['from'];
        /** @description Unix seconds. */
        to?: components['parameters']['to'];
        /** @description Values of a series at most; where there are more samples the answer has buckets. */
        points?: components['parameters']['points'];
      };
      header?: never;
      path: {
        /** @description The store's row id, not the scheduler's job id. */
        id: components['parameters']['jobRow'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One element for each metric and scope that has samples */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MetricRangeList'];
        };
      };
      400: components['responses']['BadQuery'];
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      404: components['responses']['NotFound'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  listMachines: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description By number */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MachineList'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  getMachine: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Id of the machine. */
        id: components['parameters']['machine'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The machine */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MachineAnswer'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      404: components['responses']['NotFound'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  putReport: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['EngineReport'];
      };
    };
    responses: {
      /** @description Stored */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['BadBody'];
      401: components['responses']['Unauthorized'];
      403: components['responses']['OutOfScope'];
      413: components['responses']['BodyTooLarge'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  listRegistrations: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The newest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RegistrationList'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  createRegistration: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewRegistration'];
      };
    };
    responses: {
      /** @description The token */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedRegistration'];
        };
      };
      400: components['responses']['BadBody'];
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      413: components['responses']['BodyTooLarge'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  revokeRegistration: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Of the registration. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It opens nothing any more */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      404: components['responses']['NotFound'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
  live: {
    parameters: {
      query?: {
        /** @description Only these topics; repeated, or separated by commas. Absent = all that the asking one may see. */
        topic?: components['schemas']['LiveTopic'][];
        /** @description Only of this cluster. */
        cluster?: string;
        /** @description The id of the last event that arrived. */
        after?: string;
      };
      header?: {
        /** @description As `after`; goes first. */
        'Last-Event-ID'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The stream */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      400: components['responses']['BadQuery'];
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      500: components['responses']['Internal'];
      503: components['responses']['Unavailable'];
    };
  };
}
