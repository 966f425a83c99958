export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** One shortest circle for each knot of nodes that reach each other, with the knot's size. */
export interface Circle {
  /** First and last are the same. */
  readonly path: readonly string[];
  readonly members: readonly string[];
}

export function findCircles(graph: Graph): readonly Circle[] {
  return knotsOf(graph).map((members) => {
    const within = new Set(members);
    const paths = members.map((node) => shortestWayBack(graph, node, within));
    const [path = []] = paths.toSorted((a, b) => a.length - b.length);
    return { path, members };
  });
}

/** Tarjan's strongly connected components, without nodes that stand alone. */
function knotsOf(graph: Graph): readonly (readonly string[])[] {
  const knots: string[][] = [];
  const order = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();

  const visit = (node: string): number => {
    const own = order.size;
    order.set(node, own);
    stack.push(node);
    onStack.add(node);
    let low = own;
    for (const next of graph.get(node) ?? []) {
      const known = order.get(next);
      if (known === undefined) low = Math.min(low, visit(next));
      else if (onStack.has(next)) low = Math.min(low, known);
    }
    if (low === own) {
      const knot = stack.splice(stack.indexOf(node));
      for (const member of knot) onStack.delete(member);
      if (knot.length > 1 || graph.get(node)?.has(node) === true) knots.push(knot.sort());
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return knots;
}

function shortestWayBack(
  graph: Graph,
  start: string,
  within: ReadonlySet<string>,
): readonly string[] {
  const before = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) return [start, ...wayTo(node, before, start), start];
      if (!within.has(next) || before.has(next)) continue;
      before.set(next, node);
      queue.push(next);
    }
  }
  return [];
}

/** The nodes after `start` up to `end`. */
function wayTo(end: string, before: ReadonlyMap<string, string>, start: string): readonly string[] {
  const way: string[] = [];
  for (let node: string | undefined = end; node !== undefined && node !== start; ) {
    way.unshift(node);
    node = before.get(node);
  }
  return way;
}
