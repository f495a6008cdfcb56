import { TerraformProvider, TerraformResource, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { addCheck, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { stackOf } from "../checks/stack-of";

/** A resource of Azure that a construct makes, as Azure tells it from others. */
interface Made {
  readonly scope: IConstruct;
  /** What Azure calls it, e.g. `virtual network`. */
  readonly what: string;
  /** The prop that names it. */
  readonly prop: string;
  readonly name: string;
  /** Name of its resource group; a group itself has none. */
  readonly group?: string;
}

const ALL = Symbol.for("cdktf-aks-fleet/Made");
const GROUPS = Symbol.for("cdktf-aks-fleet/ResourceGroupNames");

/** Something that all constructs of an app share. */
export function ofApp<T>(scope: IConstruct, key: symbol, initial: () => T): T {
  const root = scope.node.root as IConstruct & Record<symbol, T>;
  if (root[key] === undefined) {
    Object.defineProperty(root, key, { value: initial() });
  }
  return root[key] as T;
}

/** Takes note that a construct makes a resource of Azure, and refuses that another makes the same; the later one says so. */
export function makes(scope: IConstruct, made: Omit<Made, "scope">): void {
  const all = ofApp<Made[]>(scope, ALL, () => []);
  const own = { ...made, scope };
  all.push(own);
  addCheck(scope, () => checkOnce(own, all.slice(0, all.indexOf(own))));
}

interface Group {
  readonly name: string;
  readonly isMade: boolean;
}

/** Remembers what a reference to a resource group is the name of, so that names can be compared. */
export function nameGroup(scope: IConstruct, reference: string, group: Group): void {
  ofApp(scope, GROUPS, () => new Map<string, Group>()).set(reference, group);
}

/**
 * Whether two names are of one resource group for certain. That two make a group of one name is refused by itself, and
 * nothing more is to be said of what they have in it.
 */
export function isSameGroup(scope: IConstruct, a: string, b: string): boolean {
  if (a === b) {
    return true;
  }
  const groups = ofApp(scope, GROUPS, () => new Map<string, Group>());
  const [groupA, groupB] = [a, b].map((name) => groups.get(name) ?? { name, isMade: false }) as [
    Group,
    Group,
  ];
  return (
    !(groupA.isMade && groupB.isMade) &&
    isKnown(groupA.name) &&
    isKnown(groupB.name) &&
    groupA.name.toLowerCase() === groupB.name.toLowerCase()
  );
}

function* checkOnce(own: Made, before: readonly Made[]): Generator<Finding> {
  const other = before.find((one) => isSame(one, own));
  if (!other) {
    return;
  }
  if (own.group === undefined) {
    yield finding(
      "resource-group-twice",
      `${own.prop}: "${own.name}" is also the resource group that ${other.scope.node.path} makes${caseNote(own, other)}; give one of them another ${own.prop} (and its cluster another clusterName), or say of one that the group exists (existingResourceGroupName): it waits for the group.`,
    );
  } else {
    yield finding(
      "azure-name-twice",
      `${own.prop}: "${own.name}" is also the name of the ${own.what} that ${other.scope.node.path} makes in the same resource group${caseNote(own, other)}; give one of them another ${own.prop}.`,
    );
  }
}

function caseNote(own: Made, other: Made): string {
  return own.name === other.name ? "" : `, as "${other.name}" (Azure does not tell upper from lower case)`;
}

function isSame(a: Made, b: Made): boolean {
  return (
    a.what === b.what &&
    isKnown(a.name) &&
    isKnown(b.name) &&
    a.name.toLowerCase() === b.name.toLowerCase() &&
    (a.group === undefined || b.group === undefined || isSameGroup(a.scope, a.group, b.group)) &&
    isSameSubscription(a.scope, b.scope)
  );
}

/**
 * Whether what two constructs make is in one subscription for certain: that of the azurerm provider of their stacks. Where
 * one names it and the other takes ARM_SUBSCRIPTION_ID, nobody can tell.
 */
export function isSameSubscription(a: IConstruct, b: IConstruct): boolean {
  const [stackA, stackB] = [stackOf(a), stackOf(b)];
  return stackA === stackB || (stackA && subscriptionOf(stackA)) === (stackB && subscriptionOf(stackB));
}

/** The subscription of a stack's azurerm provider, as far as it is said. */
function subscriptionOf(stack: TerraformStack): string | undefined {
  const provider = stack.node
    .findAll()
    .find(
      (child): child is TerraformProvider & { subscriptionIdInput?: string } =>
        TerraformProvider.isTerraformProvider(child) &&
        child.terraformResourceType === "azurerm" &&
        child.alias === undefined,
    );
  return provider?.subscriptionIdInput?.toLowerCase();
}

/** The resource group of a name that the app makes, by whichever construct. */
export function madeGroup(
  scope: IConstruct,
  name: string,
): (TerraformResource & { readonly name: string }) | undefined {
  return scope.node.root.node
    .findAll()
    .find((child): child is TerraformResource & { readonly name: string; readonly nameInput: string } => {
      const isGroup =
        TerraformResource.isTerraformResource(child) &&
        (child as TerraformResource).terraformResourceType === "azurerm_resource_group";
      const input = isGroup ? (child as { nameInput?: string }).nameInput : undefined;
      return isKnown(input) && input.toLowerCase() === name.toLowerCase() && isSameSubscription(child, scope);
    });
}
