import type { IConstruct } from "constructs";

const LISTS = Symbol.for("cdktf-aks-fleet/Marked");

/**
 * Marks a construct as one of a class: `instanceof` would fail where an app has two copies of the library. The root keeps
 * them, so that nobody looks through the whole tree for them.
 */
export function markAs(construct: IConstruct, mark: symbol): void {
  Object.defineProperty(construct, mark, { value: true });
  const lists = listsOf(construct);
  const all = lists.get(mark);
  if (all) {
    all.push(construct);
  } else {
    lists.set(mark, [construct]);
  }
}

/** Every construct of an app that bears a mark, in the order in which they were made. */
export function allMarked<T extends IConstruct>(scope: IConstruct, mark: symbol): readonly T[] {
  return (listsOf(scope).get(mark) ?? []) as unknown as readonly T[];
}

function listsOf(scope: IConstruct): Map<symbol, IConstruct[]> {
  const root = scope.node.root as IConstruct & { [LISTS]?: Map<symbol, IConstruct[]> };
  if (!root[LISTS]) {
    Object.defineProperty(root, LISTS, { value: new Map() });
  }
  return root[LISTS] as unknown as Map<symbol, IConstruct[]>;
}
