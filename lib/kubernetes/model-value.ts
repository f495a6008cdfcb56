import { Token } from "cdktf";
import { Unknown } from "../fleet-model/unknown";
import { isFields, type Value } from "../fleet-model/value";

const AFTER_APPLY = new Unknown("it is known only after apply");

/** A value for the fleet model, with unknowns for values that only Terraform knows. */
export function modelValue(value: unknown): Value {
  if (Token.isUnresolved(value)) {
    return AFTER_APPLY;
  }
  if (Array.isArray(value)) {
    return value.map(modelValue);
  }
  return isFields(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, inner]) =>
          inner === undefined ? [] : [[key, modelValue(inner)]],
        ),
      )
    : (value as Value);
}
