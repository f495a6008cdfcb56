import type { Change } from "../plan";
import { type Reference, referencesIn, referenceTo } from "../things";
import { at, listOf, textOf } from "../values";
import { type Context, GONE, isType, isWhen, type Rule, type Told, type Verb } from "./rule";
import { because, bundled, goes } from "./words";

export const ROLE_NAMES: Record<string, string> = {
  "18ab4d3d-a1bf-4477-8ad9-8359bc988f69": "Azure Kubernetes Fleet Manager RBAC Cluster Admin",
  "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b": "Azure Kubernetes Service RBAC Cluster Admin",
  "4d97b98b-1d4f-4787-a291-c67834d212e7": "Network Contributor",
  "de2b316d-7a2c-4143-b4cd-c148f6a355a1": "Azure Kubernetes Fleet Manager Hub Agent Role",
};

export function referencesOf({ stack, before, after, asked }: Change, key: string): Reference[] {
  return [
    ...referencesIn((before ?? after)?.[key], stack, []),
    ...listOf(at(asked, key, "references")).flatMap((one) => referenceTo(stack, String(one))),
  ];
}

/** What an attribute leads to: the end of an Azure id, or the resource that it is taken from. */
export function targetOf(change: Change, key: string, { subject }: Context): string | undefined {
  const value = textOf((change.before ?? change.after)?.[key]);
  if (value && !value.includes("${")) return value.split("/").pop();
  for (const { stack, address } of referencesOf(change, key)) {
    const found = subject(stack, address);
    if (found) return found;
    if (address.startsWith("data.azurerm_client_config.")) return "whoever deploys";
  }
  return undefined;
}

export interface Role {
  readonly name: string;
  /** ` on subnet a`, or nothing where the plan doesn't tell. */
  readonly where: string;
  readonly who: string | undefined;
}

export function roleOf(change: Change, context: Context): Role {
  const values = change.before ?? change.after;
  const id = textOf(values?.role_definition_id)?.split("/").pop() ?? "";
  const role = textOf(values?.role_definition_name) ?? ROLE_NAMES[id];
  const scope = targetOf(change, "scope", context);
  const principal = targetOf(change, "principal_id", context);
  return {
    name: role ? `"${role}"` : id && !id.includes("$") ? id : "a role",
    where: scope ? ` on ${scope}` : "",
    who: principal && (context.principal(principal) ?? principal),
  };
}

/** `the role "A" on subnet b is given to identity c`; those of the same role are told in one sentence. */
export function roleTold(
  change: Change,
  context: Context,
  verb: Verb,
  to: string,
  end: (many: boolean) => string = () => "",
): Told {
  const { name, where, who } = roleOf(change, context);
  return {
    text: `the role ${name}${where} ${verb[0]}${who ? ` ${to} ${who}` : ""}${end(false)}`,
    bundle: {
      kind: [`role ${name}`, `roles ${name}`],
      name: `${who ?? "somebody"}${where}`,
      verb: [verb[0], `${verb[1]}${end(true)}`],
    },
  };
}
export const ACCESS: readonly Rule[] = [
  {
    id: "role-gone",
    what: "a role assignment is deleted or replaced",
    effect: "whoever has it loses it; another one takes minutes to be effective",
    severity: "risk",
    tell: isWhen(GONE, isType("azurerm_role_assignment"), (change, context) =>
      change.action === "delete"
        ? roleTold(change, context, ["is taken away", "are taken away"], "from", (many) =>
            because(change, many),
          )
        : roleTold(
            change,
            context,
            ["is given anew", "are given anew"],
            "to",
            (many) => `${because(change, many)}: that takes minutes to be effective`,
          ),
    ),
  },
  {
    id: "identity-gone",
    what: "an identity is deleted or replaced",
    effect: "the cluster that uses it loses its rights, and its membership breaks",
    severity: "risk",
    tell: isWhen(GONE, isType("azurerm_user_assigned_identity"), (change) =>
      bundled(change, (many) => `${goes(change, many)}: what uses ${many ? "them" : "it"} loses its rights`),
    ),
  },
  {
    id: "role-given",
    what: "a role assignment is created",
    effect: "somebody may do more than before",
    severity: "change",
    tell: isWhen("create", isType("azurerm_role_assignment"), (change, context) =>
      roleTold(change, context, ["is given", "are given"], "to"),
    ),
  },
];
