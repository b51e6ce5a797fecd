import { ControlApiError } from '../../wire/error.js';
import type { Cluster } from '../../wire/models.js';
import type { DescribedHost } from '../backend.js';
import type { Handler } from '../call.js';
import type { DescribingRules } from '../describing-rules.js';
import { coversCluster, coversHost } from '../scope.js';

/** A head node describes its cluster. */
export const putCluster: Handler<'putCluster'> = async ({ principal, params: { cluster = '' }, body, context }) => {
  if (!coversCluster(principal.scope, cluster)) {
    throw outOfScope(`the token does not reach the whole cluster ${cluster}`, `token create … --cluster ${cluster}`);
  }
  const { describing, backend } = context;
  const described = readCluster(body, describing);
  if (described.name !== cluster) throw badCluster(`the body describes ${described.name}, the path names ${cluster}`);
  await stored(backend.putCluster(described), describing);
  return undefined;
};

/** A machine describes itself. */
export const putHost: Handler<'putHost'> = async ({ principal, params, body, context }) => {
  const { cluster = '', host = '' } = params;
  if (!coversHost(principal.scope, cluster, host)) {
    throw outOfScope(`the token does not reach host ${host} of cluster ${cluster}`, `token create --group ${cluster}`);
  }
  const { describing, backend } = context;
  if (!describing.isNodeName(host)) throw badCluster(`${JSON.stringify(host)} is no node name`);
  await stored(backend.describeHost(cluster, host, readHost(cluster, host, body, describing)), describing);
  return undefined;
};

/** Checked as the cluster that it would be alone: the rules are the same. */
function readHost(
  cluster: string,
  host: string,
  { subCluster, metricConfig }: { subCluster: object; metricConfig: unknown },
  rules: DescribingRules,
): DescribedHost {
  const alone = readCluster(
    { name: cluster, metricConfig, subClusters: [{ ...subCluster, name: host, nodes: host }] },
    rules,
  );
  const [described] = alone.subClusters;
  if (described === undefined) throw badCluster('the body describes no hardware');
  const { name: _, nodes: __, ...hardware } = described;
  return { subCluster: hardware, metricConfig: alone.metricConfig };
}

function readCluster(body: unknown, { parseCluster, isRefusal }: DescribingRules): Cluster {
  try {
    return parseCluster(body);
  } catch (error) {
    throw isRefusal(error) ? badCluster(error.message, error) : error;
  }
}

async function stored(work: Promise<void>, { isRefusal }: DescribingRules): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw isRefusal(error) ? badCluster(error.message, error) : error;
  }
}

const outOfScope = (message: string, command: string): ControlApiError =>
  new ControlApiError(message, {
    code: 'out_of_scope',
    hint: `enrol with a registration token that does: moorline-server ${command}`,
  });

export const badCluster = (message: string, cause?: unknown): ControlApiError =>
  new ControlApiError(message, { code: 'bad_cluster', hint: 'correct the description and send it again', cause });
