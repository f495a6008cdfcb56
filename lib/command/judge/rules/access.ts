import { ROLE_NAMES } from "../../../fleet-api/roles";
import { attributesOf } from "../../plan/attributes";
import type { Change } from "../../plan/plan";
import { type Reference, referencesIn, referenceTo } from "../../plan/things";
import { at, listOf, textOf } from "../../plan/values";
import { type Context, GONE, isType, isWhen, type Reported, type Rule, type Verb } from "./rule";
import { changeName } from "./subject";
import { because, bundled, goes, summaryOf } from "./words";

/** Roles that let their holder grant any role. */
const MIGHTY = /^(Owner|User Access Administrator|Role Based Access Control Administrator)$/;

type Side = "before" | "after";

export function referencesOf({ stack, asked, ...change }: Change, key: string, side: Side): Reference[] {
  return [
    ...referencesIn((change[side] ?? change.before ?? change.after)?.[key], stack, []),
    ...listOf(at(asked, key, "references")).flatMap((one) => referenceTo(stack, String(one))),
  ];
}

/** What an attribute refers to: the end of an Azure id, or the resource it comes from. */
export function targetOf(
  change: Change,
  key: string,
  { subject }: Context,
  side: Side = change.before ? "before" : "after",
): string | undefined {
  const value = textOf(change[side]?.[key]);
  if (value && !value.includes("${")) return value.split("/").pop();
  for (const { stack, address } of referencesOf(change, key, side)) {
    const found = subject(stack, address);
    if (found) return found;
    if (address.startsWith("data.azurerm_client_config.")) return "whoever deploys";
  }
  return undefined;
}

interface Role {
  readonly name: string;
  /** ` on subnet a`, or nothing if the plan doesn't say. */
  readonly where: string;
  readonly who: string | undefined;
  /** Its holder can do anything, or anything in a whole subscription. */
  readonly isMighty: boolean;
}

function roleOf(change: Change, side: Side, context: Context): Role {
  const values = change[side];
  const isOpen = (key: string) => side === "after" && at(change.unknown, key) === true;
  const id = textOf(values?.role_definition_id)?.split("/").pop() ?? "";
  const role = textOf(values?.role_definition_name) ?? ROLE_NAMES[id.toLowerCase()];
  const text = textOf(values?.scope) ?? "";
  const whole = /^\/subscriptions\/([^/]+)\/?$/i.exec(text)?.[1];
  const group = /^\/providers\/Microsoft\.Management\/managementGroups\/([^/]+)\/?$/i.exec(text)?.[1];
  const scope = whole
    ? `the whole subscription ${whole}`
    : group
      ? `the whole management group ${group}`
      : targetOf(change, "scope", context, side);
  const principal = targetOf(change, "principal_id", context, side);
  const unknown = (key: string) => (isOpen(key) ? "(known after apply)" : undefined);
  const where = scope ?? unknown("scope");
  return {
    name: role ? `"${role}"` : id && !id.includes("$") ? id : "a role",
    where: where ? ` on ${where}` : "",
    who: principal ? (context.principal(principal) ?? principal) : unknown("principal_id"),
    isMighty: MIGHTY.test(role ?? "") || whole !== undefined || group !== undefined || text === "/",
  };
}

/** `the role "A" on subnet b is granted to identity c`; equal roles share one sentence. */
function roleTold(
  { name, where, who }: Role,
  verb: Verb,
  to: string,
  end: (many: boolean) => string = () => "",
): Reported {
  return {
    text: `the role ${name}${where} ${verb[0]}${who ? ` ${to} ${who}` : ""}${end(false)}`,
    bundle: {
      kind: [`role ${name}`, `roles ${name}`],
      name: `${who ?? "somebody"}${where}`,
      verb: [verb[0], `${verb[1]}${end(true)}`],
    },
  };
}

/** Whether a replaced assignment grants the same to the same principal, as far as the plan says. */
function isAnew(change: Change, context: Context): boolean {
  const [was, is] = [roleOf(change, "before", context), roleOf(change, "after", context)];
  const open = "(known after apply)";
  const isSame = (a: string | undefined, b: string | undefined) =>
    a === b || (b ?? "").includes(open) || b === "";
  return was.name === is.name && isSame(was.where, is.where) && isSame(was.who, is.who ?? "");
}

const isRole = isType("azurerm_role_assignment");
const isGiven = (change: Change, context: Context) =>
  change.action === "create" || (change.action === "replace" && !isAnew(change, context));

export const ACCESS: readonly Rule[] = [
  {
    id: "role-gone",
    what: "a role assignment is deleted or replaced",
    effect: "its holder loses it; a new one takes minutes to take effect",
    severity: "risk",
    report: isWhen(GONE, isRole, (change, context) => {
      const role = roleOf(change, "before", context);
      return change.action === "delete" || !isAnew(change, context)
        ? roleTold(role, ["is revoked", "are revoked"], "from", (many) => because(change, many))
        : roleTold(
            role,
            ["is granted again", "are granted again"],
            "to",
            (many) => `${because(change, many)}: that takes minutes to take effect`,
          );
    }),
  },
  {
    id: "role-mighty",
    what: "a role is granted that can grant any role, or covers a whole subscription",
    effect: "its holder may do anything there",
    severity: "risk",
    report: isWhen(["create", "replace"], isRole, (change, context) => {
      const role = roleOf(change, "after", context);
      return isGiven(change, context) && role.isMighty
        ? roleTold(role, ["is granted", "are granted"], "to")
        : undefined;
    }),
  },
  {
    id: "role-redefined",
    what: "a custom role changes or is deleted",
    effect: "its holders may do more or less than before",
    severity: "risk",
    report: isWhen(["update", ...GONE], isType("azurerm_role_definition"), (change) =>
      change.action === "update"
        ? `custom role ${changeName(change)} changes (${summaryOf(attributesOf(change))}): its holders may do more or less than before`
        : `custom role ${changeName(change)} is ${goes(change)}: its holders lose it`,
    ),
  },
  {
    id: "identity-gone",
    what: "an identity is deleted or replaced",
    effect: "the cluster that uses it loses its permissions, and its membership breaks",
    severity: "risk",
    report: isWhen(GONE, isType("azurerm_user_assigned_identity"), (change) =>
      bundled(
        change,
        (many) => `${goes(change, many)}: what uses ${many ? "them" : "it"} loses its permissions`,
      ),
    ),
  },
  {
    id: "federation-changed",
    what: "an identity's federated credential changes or is deleted",
    effect: "pods that use the identity are denied access",
    severity: "risk",
    report: isWhen(["update", ...GONE], isType("azurerm_federated_identity_credential"), (change) => {
      const done =
        change.action === "update" ? `changes (${summaryOf(attributesOf(change))})` : `is ${goes(change)}`;
      return `federated credential ${changeName(change)} ${done}: pods that use its identity may be denied access`;
    }),
  },
  {
    id: "role-given",
    what: "a role assignment is created, or replaced by another one",
    effect: "its holder may do more than before",
    severity: "change",
    report: isWhen(["create", "replace"], isRole, (change, context) => {
      const role = roleOf(change, "after", context);
      return isGiven(change, context) && !role.isMighty
        ? roleTold(role, ["is granted", "are granted"], "to")
        : undefined;
    }),
  },
];
