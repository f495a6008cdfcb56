import { Token } from "cdktf";
import { Unknown } from "../fleet-model/unknown";
import { isFields, type Value } from "../fleet-model/value";

const AFTER_DEPLOYMENT = new Unknown("it is known after the deployment only");

/** What an app says, as the fleet's model takes it: what only Terraform knows is unknown. */
export function modelValue(value: unknown): Value {
  if (Token.isUnresolved(value)) {
    return AFTER_DEPLOYMENT;
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
