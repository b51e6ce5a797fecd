/** Node i needs the nodes in `graph[i]`, all below i. */
export type Graph = readonly (readonly number[])[];

/** `size` nodes with up to three inputs each, near and far: the same graph each time. */
export function fixedGraph(size: number): Graph {
  return Array.from({ length: size }, (_, index) =>
    index === 0
      ? []
      : [
          ...new Set(
            [index - 1 - (index % 7), (index * 7) % index, (index * 13) % index].map((input) => Math.max(0, input)),
          ),
        ],
  );
}

/** The longest way from a node without inputs to any other, in nodes. */
export function depth(graph: Graph): number {
  const depths: number[] = [];
  for (const inputs of graph) depths.push(1 + Math.max(0, ...inputs.map((input) => depths[input] ?? 0)));
  return Math.max(...depths);
}
