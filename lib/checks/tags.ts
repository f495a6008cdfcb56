import { isKnown } from "./check";
import { type Finding, finding } from "./finding";

// Limits of Azure Resource Manager for the tags of one resource.
const MOST = 50;
const LONGEST_NAME = 512;
const LONGEST_VALUE = 256;

/** Yields what Azure refuses of tags. It does not tell upper from lower case in their names. */
export function* checkTags(tags: Readonly<Record<string, string>> | undefined): Generator<Finding> {
  const entries = Object.entries(isKnown(tags) ? tags : {}).filter(([name]) => isKnown(name));
  if (entries.length > MOST) {
    yield finding(
      "tags-many",
      `tags: there are ${entries.length}, and a resource has ${MOST} at most; leave some out.`,
    );
  }
  for (const [index, [name, value]] of entries.entries()) {
    if (name === "" || name.length > LONGEST_NAME || /[<>%&\\?/]/.test(name)) {
      yield finding(
        "tag-name",
        `tags: Azure refuses "${name}" as the name of a tag, which has 1 to ${LONGEST_NAME} characters, and none of < > % & \\ ? /; choose another.`,
      );
    } else if (/^(azure|microsoft|windows)/i.test(name)) {
      yield finding(
        "tag-name",
        `tags: Azure refuses "${name}" as the name of a tag: names that start with azure, microsoft or windows are its own; choose another.`,
      );
    }
    if (isKnown(value) && value.length > LONGEST_VALUE) {
      yield finding(
        "tag-value",
        `tags["${name}"]: has ${value.length} characters, and Azure takes ${LONGEST_VALUE}; shorten it.`,
      );
    }
    const same = entries.slice(0, index).find(([other]) => other.toLowerCase() === name.toLowerCase());
    if (same) {
      yield finding(
        "tag-twice",
        `tags: "${same[0]}" and "${name}" are one tag to Azure, which does not tell upper from lower case there; leave one out.`,
      );
    }
  }
}
