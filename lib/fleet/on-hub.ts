import { App, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { addCheck } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../checks/marked";
import { stackOf } from "../checks/stack-of";
import { ifTold } from "../checks/told";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkHasHub } from "./needs-hub";
import { isSameFleet } from "./same-fleet";

/** Which Kubernetes API a stack of this library talks to: a hub, a member, or none. */
export type Reached = { readonly hub: IFleet } | { readonly member: IFleetMember } | "none";

const REACHED = Symbol.for("cdktf-aks-fleet/Reached");

/** Says which Kubernetes API a stack talks to. Of other stacks their authors know. */
export function reaches(stack: TerraformStack, reached: Reached): void {
  Object.defineProperty(stack, REACHED, { value: reached });
}

/** Which Kubernetes API the stack of a construct talks to; undefined where nobody says. */
export function reachedFrom(construct: IConstruct): Reached | undefined {
  return (stackOf(construct) as { [REACHED]?: Reached } | undefined)?.[REACHED];
}

const ON_HUB = markOf("OnHub");
const OF = Symbol.for("cdktf-aks-fleet/HubOf");

interface HubObject extends IConstruct {
  readonly [OF]?: IFleet | undefined;
}

/**
 * Takes note that a construct is an object of a hub, and refuses it in a stack that talks to something else.
 * @param fleet whose hub; undefined where nothing says
 * @param beside what it is made with, by prop: Terraform puts in order only what is in one stack
 */
export function onHub(
  scope: IConstruct,
  fleet: IFleet | undefined,
  beside: Readonly<Record<string, IConstruct | undefined>> = {},
): void {
  markAs(scope, ON_HUB);
  Object.defineProperty(scope, OF, { value: fleet });
  addCheck(scope, () => checkPlace(scope, fleet, Object.entries(beside)));
  for (const one of Object.values(beside)) {
    const [stack, other] = [stackOf(scope), one && isMarked(one, ON_HUB) ? stackOf(one) : undefined];
    if (stack && other && stack !== other) {
      checkFirst(stack, [stack, other]);
      checkFirst(other, [stack, other]);
    }
  }
}

/** What can't be put in order CDKTF can't resolve either, and says so, in words of its own, before it asks any check. */
function checkFirst(stack: TerraformStack, stacks: readonly TerraformStack[]): void {
  const prepare = stack.prepareStack.bind(stack);
  stack.prepareStack = () => {
    for (const one of App.of(stack).skipValidation ? [] : stacks) {
      one.runAllValidations();
    }
    prepare();
  };
}

function* checkPlace(
  scope: IConstruct,
  fleet: IFleet | undefined,
  beside: readonly (readonly [prop: string, with_: IConstruct | undefined])[],
): Generator<Finding> {
  // What is part of an object that says so itself.
  if (
    scope.node.scopes.some((other) => other !== scope && isMarked(other, ON_HUB) && inOneStack(other, scope))
  ) {
    return;
  }
  const apart = beside.filter(([, one]) => isMarked(one, ON_HUB) && !inOneStack(one as IConstruct, scope));
  for (const [prop, one] of apart) {
    yield finding(
      "hub-object-apart",
      `${prop}: "${(one as IConstruct).node.path}" is in another stack than this, and Terraform puts in order only what is in one; make this in the stack ${nameOf(one as IConstruct)}${BY_NAME[prop] ?? ""}.`,
    );
  }
  // What it is made with says so itself.
  const others = beside.filter(([, one]) => isMarked(one, ON_HUB));
  if (others.length > 0 && others.length > apart.length) {
    return;
  }
  if (apart.length === 0) {
    yield* checkReached(scope, fleet);
    yield* checkOneHub(scope, fleet);
    yield* checkHub(scope, fleet);
  }
}

/** What can be referred to from any stack. */
const BY_NAME: Readonly<Record<string, string>> = {
  placement: ", or refer to it by its name (fromPlacementName)",
  resourcePlacement: ", or refer to it by its name (fromPlacementName)",
  strategy: ", or refer to it by its name (fromStrategyName)",
};

function* checkReached(scope: IConstruct, fleet: IFleet | undefined): Generator<Finding> {
  const reached = reachedFrom(scope);
  if (reached === undefined) {
    return;
  }
  const whose = fleet === undefined ? "the fleet" : `fleet "${said(fleet)}"`;
  const instead = `make it in the stack that talks to the hub of ${whose}, a HubStack`;
  if (reached === "none") {
    yield finding(
      "hub-object-stack",
      `is an object of a hub, and the stack ${nameOf(scope)} talks to none: it makes the fleet; ${instead}.`,
    );
  } else if ("member" in reached) {
    yield finding(
      "hub-object-stack",
      `is an object of a hub, and the stack ${nameOf(scope)} talks to the member "${reached.member.key}"; ${instead}.`,
    );
  } else if (fleet && isSameFleet(reached.hub, fleet) === false) {
    yield finding(
      "hub-object-stack",
      `is of ${whose}, and the stack ${nameOf(scope)} talks to the hub of fleet "${said(reached.hub)}"; ${instead}.`,
    );
  }
}

/** A stack of the app's own talks to one hub, whichever it is. */
function* checkOneHub(scope: IConstruct, fleet: IFleet | undefined): Generator<Finding> {
  if (fleet === undefined || reachedFrom(scope) !== undefined) {
    return;
  }
  const all = allMarked<HubObject>(scope, ON_HUB);
  const other = all
    .slice(0, all.indexOf(scope))
    .find((one) => one[OF] && inOneStack(one, scope) && isSameFleet(one[OF], fleet) === false);
  if (other?.[OF]) {
    yield finding(
      "hub-object-stack",
      `is of fleet "${said(fleet)}", and "${other.node.path}" in the same stack is of fleet "${said(other[OF])}": a stack talks to one hub; make it in a stack of its own.`,
    );
  }
}

/** A stack that talks to the hub says itself that there is none; of others the first object of the fleet does. */
function* checkHub(scope: IConstruct, fleet: IFleet | undefined): Generator<Finding> {
  if (fleet === undefined || fleet.hasHub || reachedFrom(scope) !== undefined) {
    return;
  }
  const isFirst = allMarked<HubObject>(scope, ON_HUB).find((one) => one[OF] === fleet) === scope;
  if (isFirst) {
    yield* checkHasHub(fleet, "this is an object on its hub");
  }
}

/** Yields that a construct which talks to a member is in a stack that talks to something else. */
export function* checkAtMember(scope: IConstruct, member: IFleetMember): Generator<Finding> {
  const reached = reachedFrom(scope);
  if (reached === undefined || (reached !== "none" && "member" in reached && reached.member === member)) {
    return;
  }
  const [what, instead] =
    reached === "none"
      ? ["to no Kubernetes API", `make it in a MemberStack of "${member.key}"`]
      : "hub" in reached
        ? [
            "to a hub",
            `make it in a MemberStack of "${member.key}", or let the hub place it (HubStack.addMultiClusterService)`,
          ]
        : [
            `to the member "${reached.member.key}"`,
            `make it in the MemberStack of "${member.key}", or name "${reached.member.key}"`,
          ];
  yield finding(
    "multi-cluster-service-stack",
    `member: is "${member.key}", and the stack ${nameOf(scope)} talks ${what}; ${instead}.`,
  );
}

function inOneStack(one: IConstruct, other: IConstruct): boolean {
  return stackOf(one) === stackOf(other);
}

function nameOf(construct: IConstruct): string {
  return `"${TerraformStack.of(construct).node.id}"`;
}

function said(fleet: IFleet): string {
  return ifTold(() => fleet.fleetName) ?? fleet.node.id;
}
