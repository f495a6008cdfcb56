import type { IConstruct } from "constructs";

/** Marks a construct as one of a class. `instanceof` would fail where an app has two copies of the library. */
export function markAs(construct: IConstruct, mark: symbol): void {
  Object.defineProperty(construct, mark, { value: true });
}

/** Every construct of an app that bears a mark, in the order of the tree. */
export function allMarked<T extends IConstruct>(scope: IConstruct, mark: symbol): T[] {
  return scope.node.root.node.findAll().filter((construct): construct is T => mark in construct);
}
