import { isUnknown, type Unknown } from "./unknown";

/** True, false, or unknown. */
export type Truth = boolean | Unknown;

/** Whether all are true: false if one is, even if others are unknown. */
export function allOf(truths: Iterable<Truth>): Truth {
  let result: Truth = true;
  for (const truth of truths) {
    if (truth === false) {
      return false;
    }
    if (isUnknown(truth) && result === true) {
      result = truth;
    }
  }
  return result;
}

/** Whether any is true: true if one is, even if others are unknown. */
export function anyOf(truths: Iterable<Truth>): Truth {
  let result: Truth = false;
  for (const truth of truths) {
    if (truth === true) {
      return true;
    }
    if (isUnknown(truth) && result === false) {
      result = truth;
    }
  }
  return result;
}
