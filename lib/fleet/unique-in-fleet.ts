import type { IConstruct } from "constructs";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { allMarked } from "../checks/marked";
import type { IFleet } from "./fleet";
import { isSameFleet } from "./same-fleet";

interface OfFleet extends IConstruct {
  readonly fleet: IFleet;
  readonly name: string;
}

/** Refuses a name that another of the same fleet already has. The later one reports it, once. */
export function* checkUniqueInFleet(one: OfFleet, mark: symbol, what: string): Generator<Finding> {
  const all = allMarked<OfFleet>(one, mark);
  const other = all
    .slice(0, all.indexOf(one))
    .find(({ fleet, name }) => name === one.name && isSameFleet(fleet, one.fleet));
  if (isKnown(one.name) && other) {
    yield finding(
      "name-twice-in-fleet",
      `name: "${one.name}" is also the name of the ${what} that ${other.node.path} creates in this fleet; give one of them another name.`,
    );
  }
}
