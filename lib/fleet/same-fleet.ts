import type { IFleet } from "./fleet";
import type { ImportedFleet } from "./imported-fleet";

/** Whether two are one fleet; undefined where only Terraform knows. */
export function isSameFleet(a: IFleet, b: IFleet): boolean | undefined {
  if (a === b) {
    return true;
  }
  if (!isImported(a) && !isImported(b)) {
    return false;
  }
  const [idA, idB] = [a, b].map((fleet) => (isImported(fleet) ? fleet._knownId : undefined));
  return idA === undefined || idB === undefined ? undefined : idA.toLowerCase() === idB.toLowerCase();
}

// By what it has: this is loaded before the class, whose base makes what is compared here.
function isImported(fleet: IFleet): fleet is ImportedFleet {
  return "_knownId" in fleet;
}
