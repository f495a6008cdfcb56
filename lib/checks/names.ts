import { isKnown } from "./check";

interface NameRule {
  readonly pattern: RegExp;
  readonly rule: string;
}

const LOWER_CASE = "lower-case letters, digits and hyphens, and starts and ends with a letter or a digit";

/** What Azure accepts as names. Sources: the ARM types and the validations of azurerm 4.55 for each resource. */
const RULES = {
  "resource group": {
    pattern: /^[-\w().]{0,89}[-\w()]$/,
    rule: "1 to 90 letters, digits, underscores, hyphens, periods and parentheses, and does not end with a period",
  },
  "virtual network": {
    pattern: /^[A-Za-z0-9][-\w.]{0,62}\w$/,
    rule: "2 to 64 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore",
  },
  subnet: {
    pattern: /^[A-Za-z0-9]([-\w.]{0,78}\w)?$/,
    rule: "1 to 80 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore",
  },
  "network security group": {
    pattern: /^[A-Za-z0-9]([-\w.]{0,78}\w)?$/,
    rule: "1 to 80 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore",
  },
  peering: {
    pattern: /^[A-Za-z0-9]([-\w.]{0,78}\w)?$/,
    rule: "1 to 80 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore",
  },
  "NAT gateway": {
    pattern: /^[A-Za-z0-9]([-\w.]{0,78}\w)?$/,
    rule: "1 to 80 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore",
  },
  "public IP address": {
    pattern: /^[A-Za-z0-9]([-\w.]{0,78}\w)?$/,
    rule: "1 to 80 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore",
  },
  identity: {
    pattern: /^[A-Za-z0-9][-\w]{2,127}$/,
    rule: "3 to 128 letters, digits, underscores and hyphens, and starts with a letter or a digit",
  },
  cluster: {
    pattern: /^[A-Za-z0-9]([-\w]{0,61}[A-Za-z0-9])?$/,
    rule: "1 to 63 letters, digits, underscores and hyphens, and starts and ends with a letter or a digit",
  },
  "DNS prefix": {
    pattern: /^[A-Za-z0-9]([-A-Za-z0-9]{0,52}[A-Za-z0-9])?$/,
    rule: "1 to 54 letters, digits and hyphens, and starts and ends with a letter or a digit",
  },
  "node pool": {
    pattern: /^[a-z][a-z0-9]{0,11}$/,
    rule: "1 to 12 lower-case letters and digits, and starts with a letter",
  },
  fleet: { pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, rule: `1 to 63 ${LOWER_CASE}` },
  member: { pattern: /^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/, rule: `1 to 50 ${LOWER_CASE}` },
  "update group": { pattern: /^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/, rule: `1 to 50 ${LOWER_CASE}` },
} satisfies Record<string, NameRule>;

/** A kind of name that Azure restricts. */
export type NameKind = keyof typeof RULES;

/** Yields what Azure would say of a name; nothing for one that only Terraform knows. */
export function* checkName(kind: NameKind, name: string | undefined, prop: string): Generator<string> {
  if (isKnown(name) && !RULES[kind].pattern.test(name)) {
    yield `${prop}: Azure refuses "${name}" as the name of ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}: it has ${RULES[kind].rule}.`;
  }
}

/** Yields what is wrong with a location: Azure and the fleet's labels use the short name, e.g. `eastus2`. */
export function* checkLocation(location: string | undefined, prop = "location"): Generator<string> {
  if (isKnown(location) && !/^[a-z][a-z0-9]*$/.test(location)) {
    const short = location.toLowerCase().replace(/[^a-z0-9]/g, "");
    const write = /^[a-z]/.test(short) ? `write "${short}"` : 'write e.g. "eastus2"';
    yield `${prop}: "${location}" is not the short name of a location, which the fleet's labels hold; ${write} (\`az account list-locations\` lists them).`;
  }
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const NAMESPACE_RESERVED = /^(default|(kube|fleet)-.*)$/;

/** Yields what is wrong with the name of a Kubernetes object whose name is a DNS label. */
export function* checkDnsLabel(what: string, name: string | undefined): Generator<string> {
  if (isKnown(name) && !LABEL.test(name)) {
    yield `${what} "${name}" is not a DNS label: 1 to 63 ${LOWER_CASE}.`;
  }
}

/** Yields what is wrong with a namespace that the fleet is to place. */
export function* checkNamespace(name: string | undefined): Generator<string> {
  yield* checkDnsLabel("namespace", name);
  if (isKnown(name) && NAMESPACE_RESERVED.test(name)) {
    yield `namespace "${name}" is never placed: the fleet leaves out "default", "kube-*" and "fleet-*"; choose another name.`;
  }
}

/** Yields what is wrong with the name of a Kubernetes object whose name may have periods. */
export function* checkObjectName(
  what: string,
  name: string | undefined,
  prop = "name",
  longest = 253,
): Generator<string> {
  if (isKnown(name) && (name.length > longest || !/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(name))) {
    yield `${prop}: Kubernetes refuses "${name}" as the name of ${what}: it has 1 to ${longest} lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit. Choose another name.`;
  }
}
