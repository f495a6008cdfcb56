import { isWhen, type Rule } from "./rule";
import { changeName, isPassword, purposeOfChange } from "./subject";
import { because, bundled } from "./words";

export const LIBRARY: readonly Rule[] = [
  {
    id: "waits-again",
    what: "a wait of this library is created, replaced or deleted",
    effect: "the wait runs (again); nothing else happens",
    severity: "harmless",
    report: (change) => {
      if (purposeOfChange(change) !== "wait") return undefined;
      if (change.action === "create") return bundled(change, ["runs", "run"], ["the wait", "waits"]);
      if (change.action === "replace")
        return bundled(change, ["runs again", "run again"], ["the wait", "waits"]);
      return change.action === "delete"
        ? bundled(change, "no longer needed", ["the wait", "waits"])
        : undefined;
    },
  },
  {
    id: "immutables",
    what: "this library's record of an object's immutable fields is created, changed or deleted",
    effect: "nothing by itself: an object replaced because of it is reported with its own resource",
    severity: "harmless",
    report: (change) =>
      change.type === "terraform_data" && /(^|_)Immutable(_|$)/.test(change.name)
        ? bundled(
            change,
            ["is deleted with its object", "are deleted with their objects"],
            ["the record of immutable fields", "records of immutable fields"],
          )
        : undefined,
  },
  {
    id: "drains",
    what: "a drain of this library is created, replaced or deleted",
    effect: "when deleted, it waits until the members are clean; it deletes nothing itself",
    severity: "harmless",
    report: (change) => {
      // A member that leaves is drained, too.
      if (
        !["drain", "leave"].includes(purposeOfChange(change) ?? "") ||
        !["create", "replace", "delete"].includes(change.action)
      )
        return undefined;
      return change.action === "create"
        ? bundled(change, "set up", ["the drain", "drains"])
        : bundled(
            change,
            ["waits until the members are clean", "wait until the members are clean"],
            ["the drain", "drains"],
          );
    },
  },
  {
    id: "password-made",
    what: "a password of this library is generated",
    effect: "nothing uses it yet",
    severity: "harmless",
    report: isWhen("create", isPassword, (change) => `password ${changeName(change)} is generated`),
  },
  {
    id: "password-new",
    what: "a password of this library is regenerated",
    effect: "the Secrets that hold it change; pods keep the old one until they restart",
    severity: "risk",
    report: isWhen(
      "replace",
      isPassword,
      (change) =>
        `password ${changeName(change)} is regenerated${because(change)}: the Secrets that hold it change, pods keep the old one until they restart`,
    ),
  },
];
