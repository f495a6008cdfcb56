import type { IFleet } from "./fleet";
import type { ImportedFleet } from "./imported-fleet";

/** Whether two constructs are the same fleet; undefined if not known at synth. */
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

// Not by instanceof: the class's module imports this one indirectly.
function isImported(fleet: IFleet): fleet is ImportedFleet {
  return "_knownId" in fleet;
}
