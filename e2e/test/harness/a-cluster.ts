const none = { unit: { base: '' }, value: 0 };

/** A cluster of one subcluster, `main`, which takes every host, with one metric of the node. @param timestep seconds. */
export const aCluster = (name: string, metric: string, timestep: number) => ({
  name,
  metricConfig: [
    {
      ...{ name: metric, unit: { base: '' }, scope: 'node', aggregation: 'avg', timestep },
      ...{ peak: 2, normal: 1, caution: 3, alert: 4, energy: '', restrict: false, lowerIsBetter: false },
    },
  ],
  subClusters: [
    {
      ...{ name: 'main', nodes: '*', processorType: 'Test CPU' },
      topology: { node: [0], socket: [[0]], memoryDomain: [[0]], core: [[0]] },
      ...{ flopRateScalar: none, flopRateSimd: none, memoryBandwidth: none },
      ...{ socketsPerNode: 1, coresPerSocket: 1, threadsPerCore: 1 },
    },
  ],
});
