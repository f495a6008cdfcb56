import { isKnown } from "./check";
import { type Finding, finding } from "./finding";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** Checks a subscription id. */
export function* checkSubscription(
  subscriptionId: string | undefined,
  prop = "subscriptionId",
): Generator<Finding> {
  if (isKnown(subscriptionId) && !isGuid(subscriptionId)) {
    yield finding(
      "subscription-id",
      `${prop}: "${subscriptionId}" is not a subscription id, which is a GUID; \`az account show --query id\` prints it.`,
    );
  }
}
