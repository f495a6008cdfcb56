import { attributesOf } from "../../plan/attributes";
import type { Change } from "../../plan/plan";
import { at, joined, textOf } from "../../plan/values";
import { isActionDone, isLabelling, isOfMesh, targetOf } from "./actions";
import { type ChosenMember, isSelected, membersOn, type Side } from "./members";
import { type Context, GONE, isWhen, type Rule } from "./rule";
import { changeName, gone, isMember, isMesh, subjectOf } from "./subject";
import { goes } from "./words";

const selectorOf = (mesh: Change, side: Side) => at(mesh[side], "body", "properties", "memberSelector");

/** Whether the selected members are known only after apply. */
const isOpen = (unknown: unknown, key: "memberSelector" | "labels") =>
  ["body", "properties", key].some((_, depth, path) => at(unknown, ...path.slice(0, depth + 1)) === true) ||
  Object.values(Object(at(unknown, "body", "properties", key))).includes(true);

/** The members that a mesh selects, which are in it once it is applied. Without a selector, none. */
function inMesh(mesh: Change, side: Side, context: Context): readonly ChosenMember[] {
  const selector = selectorOf(mesh, side);
  return textOf(at(selector, "byLabel")) === undefined
    ? []
    : membersOn(side, mesh, context).filter((member) => isSelected(member, selector));
}

const namesIn = (mesh: Change, side: Side, context: Context) =>
  inMesh(mesh, side, context).map(({ name }) => name);

interface Moved {
  readonly mesh: Change;
  /** The other members in it. */
  readonly others: readonly string[];
}

/** The meshes with a member on one side only. */
function meshesOf(member: Change, has: Side, context: Context): Moved[] {
  if (isOpen(member.unknown, "labels")) return [];
  const name = changeName(member);
  const other = has === "before" ? "after" : "before";
  return context.all
    .filter(
      (one) => isMesh(one) && one[has] && one.action !== "delete" && !isOpen(one.unknown, "memberSelector"),
    )
    .flatMap((mesh) => {
      const names = namesIn(mesh, has, context);
      if (!names.includes(name) || (!gone(member) && namesIn(mesh, other, context).includes(name))) return [];
      return [{ mesh, others: names.filter((one) => one !== name) }];
    });
}

/** Members that stay in the fleet and join or leave through the profile's selector alone: others are reported with their own change. */
function byProfile(mesh: Change, has: Side, context: Context): string[] {
  if (isOpen(mesh.unknown, "memberSelector")) return [];
  const other = has === "before" ? "after" : "before";
  const names = namesIn(mesh, other, context);
  return inMesh(mesh, has, context).flatMap(({ name, labels }) => {
    const elsewhere = membersOn(other, mesh, context).find((one) => one.name === name);
    const isRelabelled = JSON.stringify(elsewhere?.labels) !== JSON.stringify(labels);
    return names.includes(name) || isRelabelled ? [] : [name];
  });
}

const STOPS = "its pods and those of other clusters no longer reach each other through it";
const REACH = "its pods and those of the others reach each other, and global Services are served from all";

const withOthers = ({ mesh, others }: Moved) =>
  `${subjectOf(mesh)}${others.length > 0 ? ` (with ${joined([...others].sort())})` : ""}`;

/** Whether the plan deletes or replaces the member with a name. */
const isMemberGone = (name: string, { changes }: Context) =>
  changes.some((one) => isMember(one) && gone(one) && changeName(one) === name);

export const MESHES: readonly Rule[] = [
  {
    id: "mesh-deleted",
    what: "a cluster mesh is deleted or replaced",
    effect:
      "pods of its clusters no longer reach each other through it; each global Service has only its own pods",
    severity: "outage",
    report: isWhen(GONE, isMesh, (change, context) => {
      const names = namesIn(change, "before", context).sort();
      return names.length === 1 || (names.length === 0 && membersOn("before", change, context).length > 0)
        ? undefined
        : `${subjectOf(change)} is ${goes(change)}: pods of ${names.length > 0 ? joined(names) : "its clusters"} no longer reach each other through it, and a global Service has only the pods of its own cluster`;
    }),
  },
  {
    id: "mesh-member-leaves",
    what: "a cluster mesh no longer selects a member, by its selector or the member's labels, or a member of it is deleted or replaced",
    effect: "pods of that cluster and of the others no longer reach each other through it",
    severity: "outage",
    report: (change, context) => {
      if (isMesh(change) && change.action === "update") {
        const names = byProfile(change, "before", context).sort();
        return names.length > 0
          ? `${subjectOf(change)} no longer has ${joined(names)}: pods there and those of other clusters no longer reach each other through it`
          : undefined;
      }
      if (!isMember(change) || !["update", ...GONE].includes(change.action)) return undefined;
      const meshes = meshesOf(change, "before", context).filter(({ others }) => others.length > 0);
      return meshes.length > 0
        ? `${subjectOf(change)} leaves ${joined(meshes.map(withOthers))}${change.action === "replace" ? " until it is recreated" : ""}: ${STOPS}`
        : undefined;
    },
  },
  {
    id: "mesh-member-unlabelled",
    what: "a cluster mesh that this library created is deleted or replaced, and a member of the fleet stays",
    effect: "the member has no labels for a moment: whatever selects members by label may select again",
    severity: "risk",
    report: (change, context) => {
      const [, name] = targetOf(change);
      const labels = at(change.before, "body", "properties", "labels");
      return isLabelling(change) && isActionDone(change) && Object.keys(Object(labels)).length === 0
        ? isMemberGone(name, context)
          ? undefined
          : {
              text: `member ${name} loses its labels for a moment: whatever selects members by label may select again`,
              bundle: {
                kind: ["member", "members"],
                name,
                verb: [
                  "loses its labels for a moment: whatever selects members by label may select again",
                  "lose their labels for a moment: whatever selects members by label may select again",
                ],
              },
            }
        : undefined;
    },
  },
  {
    id: "mesh-member-joins",
    what: "a cluster mesh newly selects a member, by its selector or the member's labels, or a member that it selects joins the fleet",
    effect: "its pods and those of the others reach each other; global Services are served from all",
    severity: "change",
    report: (change, context) => {
      if (isMesh(change) && change.action === "update") {
        const names = byProfile(change, "after", context).sort();
        return names.length > 0
          ? `${subjectOf(change)} gets ${joined(names)}: pods there and those of the other clusters reach each other, and global Services are served from all`
          : undefined;
      }
      if (!isMember(change) || !["create", "update"].includes(change.action)) return undefined;
      const meshes = meshesOf(change, "after", context).filter(({ others }) => others.length > 0);
      return meshes.length > 0
        ? `${subjectOf(change)} joins ${joined(meshes.map(withOthers))}: ${REACH}`
        : undefined;
    },
  },
  {
    id: "mesh-created",
    what: "a cluster mesh is created",
    effect: "pods of the clusters that it selects reach each other; global Services are served from all",
    severity: "change",
    report: isWhen("create", isMesh, (change, context) => {
      const names = namesIn(change, "after", context).sort();
      return `${subjectOf(change)} is created: pods of ${names.length > 0 ? joined(names) : "the clusters that it selects"} reach each other, and global Services are served from all`;
    }),
  },
  {
    id: "mesh-selector-changed",
    what: "the selector of a cluster mesh changes, but selects the same members, or unknown ones",
    effect: "its members are known only after apply",
    severity: "risk",
    report: isWhen("update", isMesh, (change, context) =>
      attributesOf(change).length > 0 &&
      byProfile(change, "before", context).length + byProfile(change, "after", context).length === 0
        ? `${subjectOf(change)} changes its selector: ${selectorText(change, "before")} → ${selectorText(change, "after")}`
        : undefined,
    ),
  },
  {
    id: "mesh-applied",
    what: "a step of this library for a cluster mesh, or a record of it: applying it, emptying it, removing a member",
    effect: "nothing by itself: members that join or leave are reported with the mesh or the member",
    severity: "harmless",
    report: (change) => {
      if (!isRecord(change) && !isOfMesh(change)) return undefined;
      const [type, name] = targetOf(change);
      return {
        text: !isActionDone(change)
          ? `the state of a cluster mesh is recorded (${change.name})`
          : type === "members"
            ? `member ${name} keeps its labels`
            : `cluster mesh ${name} is applied`,
        bundle: {
          kind: ["step of a cluster mesh", "steps of cluster meshes"],
          name: change.name,
          verb: ["is part of these changes", "are part of these changes"],
        },
      };
    },
  },
];

function selectorText(change: Change, side: Side): string {
  if (side === "after" && isOpen(change.unknown, "memberSelector")) return "known after apply";
  return textOf(at(selectorOf(change, side), "byLabel")) ?? "none";
}

/** Whether a change is to this library's record of a mesh's members. */
function isRecord({ type, name, before, after }: Change): boolean {
  const keys = Object.keys(Object((after ?? before)?.input))
    .sort()
    .join();
  return (
    type === "terraform_data" &&
    /(^|_)(Selected|Labels-[\w-]+)_/.test(name) &&
    ["labels", "members,selector"].includes(keys)
  );
}
