import { RESOURCES_PREFIX } from "../fleet-api/labels";
import { textOf } from "./facts";
import type { Member } from "./member";
import { asStoredQuantity, parseQuantity, type Quantity } from "./quantity";
import { isUnknown, type Unknown } from "./unknown";
import { Failure } from "./verdict";

const CAPACITIES = ["total", "allocatable", "available"];

/**
 * A property of a member; undefined if it doesn't have it. Resource names are split at hyphens into exactly two parts, so
 * resources such as `ephemeral-storage` can't be used.
 */
export function propertyOf(member: Member, name: string): Quantity | Unknown | undefined | Failure {
  const cluster = isUnknown(member.name) ? "whose name isn't known" : member.name;
  const resource = name.startsWith(RESOURCES_PREFIX) ? name.slice(RESOURCES_PREFIX.length) : undefined;
  const problem = resource === undefined ? undefined : problemOf(resource);
  if (problem) {
    return new Failure(
      `failed to retrieve resource property value for ${resource} from cluster ${cluster}: ${problem}`,
    );
  }
  const text = textOf(member.properties, name);
  if (text === undefined || isUnknown(text)) {
    return text;
  }
  const quantity = parseQuantity(text);
  if (!quantity) {
    return new Failure(`value ${text} of property ${name} from cluster ${cluster} is not a valid quantity`);
  }
  // The API stores properties as strings, and amounts of resources as quantities.
  return resource === undefined ? quantity : asStoredQuantity(quantity);
}

function problemOf(resource: string): string | undefined {
  const [capacity = "", name = "", ...more] = resource.split("-");
  if (capacity === "" || name === "" || more.length > 0) {
    return `invalid resource property name: ${resource}`;
  }
  return CAPACITIES.includes(capacity)
    ? undefined
    : `invalid capacity type ${capacity} in resource property name ${resource}`;
}
