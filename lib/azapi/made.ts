import { TerraformProvider, TerraformResource, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { addCheck, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { stackOf } from "../checks/stack-of";

/** An Azure resource that a construct creates, as Azure identifies it. */
interface Made {
  readonly scope: IConstruct;
  /** Azure's word for it, e.g. `virtual network`. */
  readonly what: string;
  /** The prop that names it. */
  readonly prop: string;
  readonly name: string;
  /** Name of its resource group; a group itself has none. */
  readonly group?: string;
}

const ALL = Symbol.for("cdktf-aks-fleet/Made");
const GROUPS = Symbol.for("cdktf-aks-fleet/ResourceGroupNames");

/** A value shared by all constructs of an app. */
export function ofApp<T>(scope: IConstruct, key: symbol, initial: () => T): T {
  const root = scope.node.root as IConstruct & Record<symbol, T>;
  if (root[key] === undefined) {
    Object.defineProperty(root, key, { value: initial() });
  }
  return root[key] as T;
}

/** Registers an Azure resource that a construct creates. A later construct that creates the same one is refused. */
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

/** Remembers the name behind a reference to a resource group, for comparing names. */
export function nameGroup(scope: IConstruct, reference: string, group: Group): void {
  ofApp(scope, GROUPS, () => new Map<string, Group>()).set(reference, group);
}

/**
 * Whether two names are certainly the same resource group. Two constructs that create a group of the same name are refused
 * by a check of their own, so they don't count as the same here.
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
      `${own.prop}: "${own.name}" is also the resource group that ${other.scope.node.path} creates${caseNote(own, other)}; give one of them another ${own.prop} (and its cluster another clusterName), or set existingResourceGroupName on one, which then waits for the group.`,
    );
  } else {
    yield finding(
      "azure-name-twice",
      `${own.prop}: "${own.name}" is also the name of the ${own.what} that ${other.scope.node.path} creates in the same resource group${caseNote(own, other)}; give one of them another ${own.prop}.`,
    );
  }
}

function caseNote(own: Made, other: Made): string {
  return own.name === other.name ? "" : `, as "${other.name}" (Azure names are case-insensitive)`;
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
 * Whether two constructs certainly create in the same subscription, which is that of their stacks' azurerm providers. If
 * one sets it and the other uses ARM_SUBSCRIPTION_ID, that can't be known.
 */
export function isSameSubscription(a: IConstruct, b: IConstruct): boolean {
  const [stackA, stackB] = [stackOf(a), stackOf(b)];
  return stackA === stackB || (stackA && subscriptionOf(stackA)) === (stackB && subscriptionOf(stackB));
}

/** The subscription of a stack's azurerm provider, if it is set. */
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

/** The resource group with a name, if any construct of the app creates it. */
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
