import { Construct, type IConstruct } from "constructs";

const LISTS = Symbol.for("cdktf-aks-fleet/Marked");

/** The mark of a class. */
export function markOf(className: string): symbol {
  return Symbol.for(`cdktf-aks-fleet/${className}`);
}

/**
 * Marks an object as an instance of a class: `instanceof` fails when an app has two copies of the library. The root
 * keeps a list of the marked constructs, which saves searching the whole tree.
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

/** Whether an object has a mark. */
export function isMarked(value: unknown, mark: symbol): boolean {
  return typeof value === "object" && value !== null && mark in value;
}

/** All constructs of an app with a mark, in creation order. */
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
