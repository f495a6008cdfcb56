import type { IConstruct } from "constructs";
import { isReservedNamespace } from "../fleet-api/reserved";
import { isKnown } from "./check";
import { type Finding, finding } from "./finding";

interface NameRule {
  readonly id: string;
  readonly pattern: RegExp;
  readonly rule: string;
}

const LOWER_CASE = "lower-case letters, digits and hyphens, and starts and ends with a letter or a digit";

const PART_OF_NETWORK = {
  pattern: /^[A-Za-z0-9]([-\w.]{0,78}\w)?$/,
  rule: "1 to 80 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore",
};

const NETWORK_MANAGER = {
  pattern: /^[A-Za-z0-9]([-\w.]{0,62}\w)?$/,
  rule: "1 to 64 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore",
};

const PART_OF_FLEET = {
  pattern: /^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/,
  rule: `1 to 50 ${LOWER_CASE}`,
};

/** What Azure accepts as names. Sources: the ARM types and the validations of azurerm 4.55 for each resource. */
const RULES = {
  "resource group": {
    id: "resource-group-name",
    pattern: /^[-\w().]{0,89}[-\w()]$/,
    rule: "1 to 90 letters, digits, underscores, hyphens, periods and parentheses, and does not end with a period",
  },
  "virtual network": {
    id: "virtual-network-name",
    pattern: /^[A-Za-z0-9][-\w.]{0,62}\w$/,
    rule: "2 to 64 letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore",
  },
  subnet: { id: "subnet-name", ...PART_OF_NETWORK },
  "network security group": { id: "network-security-group-name", ...PART_OF_NETWORK },
  "network manager": { id: "network-manager-name", ...NETWORK_MANAGER },
  "network group": { id: "network-group-name", ...NETWORK_MANAGER },
  peering: { id: "peering-name", ...PART_OF_NETWORK },
  "NAT gateway": { id: "nat-gateway-name", ...PART_OF_NETWORK },
  "public IP address": { id: "public-ip-address-name", ...PART_OF_NETWORK },
  identity: {
    id: "identity-name",
    pattern: /^[A-Za-z0-9][-\w]{2,127}$/,
    rule: "3 to 128 letters, digits, underscores and hyphens, and starts with a letter or a digit",
  },
  cluster: {
    id: "cluster-name",
    pattern: /^[A-Za-z0-9]([-\w]{0,61}[A-Za-z0-9])?$/,
    rule: "1 to 63 letters, digits, underscores and hyphens, and starts and ends with a letter or a digit",
  },
  "DNS prefix": {
    id: "dns-prefix",
    pattern: /^[A-Za-z0-9]([-A-Za-z0-9]{0,52}[A-Za-z0-9])?$/,
    rule: "1 to 54 letters, digits and hyphens, and starts and ends with a letter or a digit",
  },
  "node pool": {
    id: "node-pool-name",
    pattern: /^[a-z][a-z0-9]{0,11}$/,
    rule: "1 to 12 lower-case letters and digits, and starts with a letter",
  },
  fleet: { id: "fleet-name", pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, rule: `1 to 63 ${LOWER_CASE}` },
  member: { id: "member-name", ...PART_OF_FLEET },
  "update group": { id: "update-group-name", ...PART_OF_FLEET },
  "update strategy": { id: "update-strategy-name", ...PART_OF_FLEET },
  "update stage": { id: "fleet-update-stage-name", ...PART_OF_FLEET },
  "auto-upgrade profile": { id: "auto-upgrade-name", ...PART_OF_FLEET },
  "cluster mesh profile": {
    id: "cluster-mesh-name",
    pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    rule: `1 to 63 ${LOWER_CASE}`,
  },
  "managed namespace": {
    id: "managed-namespace-name",
    pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    rule: `1 to 63 ${LOWER_CASE}`,
  },
} satisfies Record<string, NameRule>;

/** A kind of name that Azure restricts. */
export type NameKind = keyof typeof RULES;

/** Checks a name by Azure's rules; tokens pass. */
export function* checkName(kind: NameKind, name: string | undefined, prop: string): Generator<Finding> {
  if (isKnown(name) && !RULES[kind].pattern.test(name)) {
    yield finding(
      RULES[kind].id,
      `${prop}: Azure refuses "${name}" as the name of ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}, which has ${RULES[kind].rule}.`,
    );
  }
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Checks the name of a Kubernetes object whose name must be a DNS label. */
export function* checkDnsLabel(what: string, name: string | undefined): Generator<Finding> {
  if (isKnown(name) && !LABEL.test(name)) {
    yield finding("dns-label", `${what} "${name}" is not a DNS label: 1 to 63 ${LOWER_CASE}.`);
  }
}

/** Checks a namespace that the fleet is to place. */
export function* checkNamespace(name: string | undefined): Generator<Finding> {
  yield* checkDnsLabel("namespace", name);
  yield* checkNamespaceReserved(name);
}

/** Refuses namespaces that the fleet never places. */
export function* checkNamespaceReserved(name: string | undefined): Generator<Finding> {
  if (isKnown(name) && isReservedNamespace(name)) {
    yield finding(
      "namespace-reserved",
      `namespace "${name}" is never placed: the fleet skips "default", "kube-*" and "fleet-*"; choose another name.`,
    );
  }
}

/** Checks the name of a Kubernetes object whose name may contain periods. */
export function* checkObjectName(
  what: string,
  name: string | undefined,
  prop = "name",
  longest = 253,
): Generator<Finding> {
  if (!isKnown(name)) {
    return;
  }
  if (name.length > longest || !/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(name)) {
    yield finding(
      "object-name",
      `${prop}: Kubernetes refuses "${name}" as the name of ${what}, which has 1 to ${longest} lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.`,
    );
  } else if (/[-.]\.|\.-/.test(name)) {
    yield finding(
      "object-name-part",
      `${prop}: Kubernetes refuses "${name}" as the name of ${what}: each part between periods must start and end with a letter or a digit; choose another name.`,
    );
  }
}

/** Checks the name of a Service that the fleet is to export or import. */
export function* checkServiceName(name: string | undefined): Generator<Finding> {
  if (isKnown(name) && !/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    yield finding(
      "service-name",
      `serviceName: "${name}" is not a valid Service name, which has 1 to 63 lower-case letters, digits and hyphens, starts with a letter and ends with a letter or a digit; name a Service.`,
    );
  }
}

/** Refuses a name that another object of the same kind, in the same place, also has. */
export function* checkNameOnce(
  scope: IConstruct,
  what: string,
  name: string,
  samePlace: Iterable<IConstruct & { readonly name: string }>,
): Generator<Finding> {
  for (const other of samePlace) {
    if (other !== scope && isKnown(name) && other.name === name) {
      yield finding(
        "object-name-twice",
        `name: "${name}" is also the name of the ${what} at ${other.node.path}; give one of them another name.`,
      );
    }
  }
}
