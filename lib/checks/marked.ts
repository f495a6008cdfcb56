import { Construct, type IConstruct } from "constructs";

const LISTS = Symbol.for("cdktf-aks-fleet/Marked");

/** The mark of a class. */
export function markOf(className: string): symbol {
  return Symbol.for(`cdktf-aks-fleet/${className}`);
}

/**
 * Marks a construct, or another object, as one of a class: `instanceof` would fail where an app has two copies of the
 * library. The root keeps the constructs, so that nobody looks through the whole tree for them.
 */
export function markAs(one: object, mark: symbol): void {
  Object.defineProperty(one, mark, { value: true });
  if (Construct.isConstruct(one)) {
    const lists = listsOf(one);
    const all = lists.get(mark);
    if (all) {
      all.push(one);
    } else {
      lists.set(mark, [one]);
    }
  }
}

/** Whether something bears a mark. */
export function isMarked(value: unknown, mark: symbol): boolean {
  return typeof value === "object" && value !== null && mark in value;
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
