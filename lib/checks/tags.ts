import { isKnown } from "./check";
import { type Finding, finding } from "./finding";

// Limits of Azure Resource Manager for the tags of one resource.
const MOST = 50;
const LONGEST_NAME = 512;
const LONGEST_VALUE = 256;

/** Checks tags by Azure's rules. Tag names are case-insensitive. */
export function* checkTags(tags: Readonly<Record<string, string>> | undefined): Generator<Finding> {
  const entries = Object.entries(isKnown(tags) ? tags : {}).filter(([name]) => isKnown(name));
  if (entries.length > MOST) {
    yield finding(
      "tags-many",
      `tags: there are ${entries.length}, but a resource can have at most ${MOST}; remove some.`,
    );
  }
  for (const [index, [name, value]] of entries.entries()) {
    if (name === "" || name.length > LONGEST_NAME || /[<>%&\\?/]/.test(name)) {
      yield finding(
        "tag-name",
        `tags: Azure refuses "${name}" as a tag name, which has 1 to ${LONGEST_NAME} characters, and none of < > % & \\ ? /; choose another.`,
      );
    } else if (/^(azure|microsoft|windows)/i.test(name)) {
      yield finding(
        "tag-name",
        `tags: Azure refuses "${name}" as a tag name: names starting with azure, microsoft or windows are reserved; choose another.`,
      );
    }
    if (isKnown(value) && value.length > LONGEST_VALUE) {
      yield finding(
        "tag-value",
        `tags["${name}"]: the value has ${value.length} characters, but Azure allows at most ${LONGEST_VALUE}; shorten it.`,
      );
    }
    const same = entries.slice(0, index).find(([other]) => other.toLowerCase() === name.toLowerCase());
    if (same) {
      yield finding(
        "tag-twice",
        `tags: "${same[0]}" and "${name}" are the same tag to Azure, where tag names are case-insensitive; remove one.`,
      );
    }
  }
}
