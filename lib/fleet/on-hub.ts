import { App, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { addCheck } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../checks/marked";
import { optional } from "../checks/required";
import { stackOf } from "../checks/stack-of";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkHasHub } from "./needs-hub";
import { isSameFleet } from "./same-fleet";

/** Which Kubernetes API a stack of this library talks to: a hub, a member, or none. */
export type Reached = { readonly hub: IFleet } | { readonly member: IFleetMember } | "none";

const REACHED = Symbol.for("cdktf-aks-fleet/Reached");

/** Sets which Kubernetes API a stack talks to. Unknown for stacks that are not of this library. */
export function reaches(stack: TerraformStack, reached: Reached): void {
  Object.defineProperty(stack, REACHED, { value: reached });
}

/** Which Kubernetes API the stack of a construct talks to; undefined if unknown. */
export function reachedFrom(construct: IConstruct): Reached | undefined {
  return (stackOf(construct) as { [REACHED]?: Reached } | undefined)?.[REACHED];
}

const ON_HUB = markOf("OnHub");
const OF = Symbol.for("cdktf-aks-fleet/HubOf");

interface HubObject extends IConstruct {
  readonly [OF]?: IFleet | undefined;
}

/**
 * Registers a construct as an object on a hub, and refuses it in a stack that talks to something else.
 * @param fleet the hub's fleet; undefined if unknown
 * @param beside the objects that it refers to, by prop: they must be in the same stack, for Terraform to order them
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

/** CDKTF fails on such cross-stack references, with an error of its own, before it runs any check; so the checks run first. */
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
  // The object that contains it reports the finding.
  if (
    scope.node.scopes.some((other) => other !== scope && isMarked(other, ON_HUB) && inOneStack(other, scope))
  ) {
    return;
  }
  const apart = beside.filter(([, one]) => isMarked(one, ON_HUB) && !inOneStack(one as IConstruct, scope));
  for (const [prop, one] of apart) {
    yield finding(
      "hub-object-apart",
      `${prop}: "${(one as IConstruct).node.path}" is in another stack, but Terraform can only order resources of the same stack; create this in the stack ${nameOf(one as IConstruct)}${BY_NAME[prop] ?? ""}.`,
    );
  }
  // The objects that it refers to report the finding.
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

/** Objects that can be referred to from any stack. */
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
  const whose = fleet === undefined ? "the fleet" : `fleet "${fleetNameOf(fleet)}"`;
  const instead = `create it in the stack that talks to the hub of ${whose}, a HubStack`;
  if (reached === "none") {
    yield finding(
      "hub-object-stack",
      `is an object on a hub, but the stack ${nameOf(scope)}, which creates the fleet, doesn't talk to a hub; ${instead}.`,
    );
  } else if ("member" in reached) {
    yield finding(
      "hub-object-stack",
      `is an object on a hub, but the stack ${nameOf(scope)} talks to the member "${reached.member.key}"; ${instead}.`,
    );
  } else if (fleet && isSameFleet(reached.hub, fleet) === false) {
    yield finding(
      "hub-object-stack",
      `belongs to ${whose}, but the stack ${nameOf(scope)} talks to the hub of fleet "${fleetNameOf(reached.hub)}"; ${instead}.`,
    );
  }
}

/** A stack that is not of this library still talks to only one hub. */
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
      `belongs to fleet "${fleetNameOf(fleet)}", but "${other.node.path}" in the same stack to fleet "${fleetNameOf(other[OF])}", and a stack talks to only one hub; create it in its own stack.`,
    );
  }
}

/** A stack that talks to the hub reports a missing hub itself; in other stacks, the first object of the fleet does. */
function* checkHub(scope: IConstruct, fleet: IFleet | undefined): Generator<Finding> {
  if (fleet === undefined || fleet.hasHub || reachedFrom(scope) !== undefined) {
    return;
  }
  const isFirst = allMarked<HubObject>(scope, ON_HUB).find((one) => one[OF] === fleet) === scope;
  if (isFirst) {
    yield* checkHasHub(fleet, "this is an object on its hub");
  }
}

/** Refuses a construct that needs access to a member in a stack that talks to something else. */
export function* checkAtMember(scope: IConstruct, member: IFleetMember): Generator<Finding> {
  const reached = reachedFrom(scope);
  if (reached === undefined || (reached !== "none" && "member" in reached && reached.member === member)) {
    return;
  }
  const [what, instead] =
    reached === "none"
      ? ["to no Kubernetes API", `create it in a MemberStack of "${member.key}"`]
      : "hub" in reached
        ? [
            "to a hub",
            `create it in a MemberStack of "${member.key}", or let the hub place it (HubStack.addMultiClusterService)`,
          ]
        : [
            `to the member "${reached.member.key}"`,
            `create it in the MemberStack of "${member.key}", or set member to "${reached.member.key}"`,
          ];
  yield finding(
    "multi-cluster-service-stack",
    `member: is "${member.key}", but the stack ${nameOf(scope)} talks ${what}; ${instead}.`,
  );
}

function inOneStack(one: IConstruct, other: IConstruct): boolean {
  return stackOf(one) === stackOf(other);
}

function nameOf(construct: IConstruct): string {
  return `"${TerraformStack.of(construct).node.id}"`;
}

function fleetNameOf(fleet: IFleet): string {
  return optional(() => fleet.fleetName) ?? fleet.node.id;
}
