import { isUnknown, type Unknown } from "./unknown";

/** The answer to a question: yes, no, or that it can't be known. */
export type Truth = boolean | Unknown;

/** Whether all hold: one that doesn't decides, whatever can't be known of the others. */
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

/** Whether any holds: one that does decides, whatever can't be known of the others. */
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
