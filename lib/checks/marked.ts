import type { IConstruct } from "constructs";

/** The mark of a class. */
export function markOf(className: string): symbol {
  return Symbol.for(`cdktf-aks-fleet/${className}`);
}

/** Marks a construct, or another object, as one of a class. `instanceof` would fail where an app has two copies of the library. */
export function markAs(one: object, mark: symbol): void {
  Object.defineProperty(one, mark, { value: true });
}

/** Whether something bears a mark. */
export function isMarked(value: unknown, mark: symbol): boolean {
  return typeof value === "object" && value !== null && mark in value;
}

/** Every construct of an app that bears a mark, in the order of the tree. */
export function allMarked<T extends IConstruct>(scope: IConstruct, mark: symbol): T[] {
  return scope.node.root.node.findAll().filter((construct): construct is T => mark in construct);
}
