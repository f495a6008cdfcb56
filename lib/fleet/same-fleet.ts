import type { IFleet } from "./fleet";
import { ImportedFleet } from "./imported-fleet";

/** Whether two are one fleet; undefined where only Terraform knows. */
export function isSameFleet(a: IFleet, b: IFleet): boolean | undefined {
  if (a === b) {
    return true;
  }
  if (!(a instanceof ImportedFleet) && !(b instanceof ImportedFleet)) {
    return false;
  }
  const [idA, idB] = [a, b].map((fleet) => (fleet instanceof ImportedFleet ? fleet._knownId : undefined));
  return idA === undefined || idB === undefined ? undefined : idA.toLowerCase() === idB.toLowerCase();
}
