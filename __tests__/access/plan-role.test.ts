import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import type { TerraformStack } from "cdktf";
import { PlanRole } from "../../lib";
import { ALICE, PIPELINE, TEAM } from "../identity/principals";
import { address, at } from "../network/references";
import { findings, type StackJson, synthStack } from "../synth";

interface Rule {
  readonly api_groups: string[];
  readonly resources: string[];
  readonly resource_names?: string[];
  readonly verbs: string[];
}

/** A role that is there before what the stack applies. */
function roleWith(apply: (stack: TerraformStack) => void = () => undefined): StackJson {
  return synthStack((stack) => {
    new PlanRole(stack, "Plan", { principal: PIPELINE });
    apply(stack);
  });
}

const rulesOf = (stack: StackJson) => at(stack, "Plan/Resource").rule as Rule[];

/** Whether the role lets a verb be used on a resource of a group; of a name, where one is given. */
function may(rules: readonly Rule[], verb: string, group: string, resource: string, name?: string): boolean {
  return rules.some(
    (rule) =>
      rule.verbs.includes(verb) &&
      rule.api_groups.includes(group) &&
      (rule.resources.includes("*") || rule.resources.includes(resource)) &&
      (rule.resource_names === undefined || (name !== undefined && rule.resource_names.includes(name))),
  );
}

const PLACEMENT = "placement.kubernetes-fleet.io";

test("what a plan reads may be read, and nothing be changed", () => {
  const rules = rulesOf(roleWith());
  for (const verb of ["get", "list"]) {
    expect(may(rules, verb, "apps", "deployments")).toBe(true);
    expect(may(rules, verb, "", "services")).toBe(true);
    expect(may(rules, verb, PLACEMENT, "clusterresourceplacements")).toBe(true);
    expect(may(rules, verb, "networking.fleet.azure.com", "multiclusterservices")).toBe(true);
    // The provider looks up every kind of a manifest.
    expect(may(rules, verb, "apiextensions.k8s.io", "customresourcedefinitions")).toBe(true);
    // What asks whether the environment leads elsewhere.
    expect(may(rules, verb, "", "namespaces", "kube-system")).toBe(true);
    // The role itself is refreshed, too.
    expect(may(rules, verb, "rbac.authorization.k8s.io", "clusterroles")).toBe(true);
  }
  expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(["get", "list"]));
});

test("Secrets are read by name, those of the stack only, also those that come later", () => {
  const rules = rulesOf(
    roleWith((stack) => {
      new SecretV1(stack, "B", { metadata: { name: "queue", namespace: "store" } });
      new Manifest(stack, "A", {
        manifest: { apiVersion: "v1", kind: "Secret", metadata: { name: "db", namespace: "store" } },
      });
    }),
  );
  expect(may(rules, "get", "", "secrets", "queue")).toBe(true);
  expect(may(rules, "get", "", "secrets", "db")).toBe(true);
  expect(may(rules, "get", "", "secrets", "bootstrap-token")).toBe(false);
  expect(may(rulesOf(roleWith()), "get", "", "secrets", "queue")).toBe(false);
});

test("copies of Secrets are not read: neither what the hub hands to members, nor its snapshots", () => {
  const rules = rulesOf(
    roleWith((stack) => {
      const manifest = {
        apiVersion: `${PLACEMENT}/v1`,
        kind: "ClusterResourcePlacement",
        metadata: { name: "a" },
      };
      new Manifest(stack, "A", { manifest });
    }),
  );
  for (const resource of ["works", "clusterresourcesnapshots", "resourcesnapshots"]) {
    expect(may(rules, "get", PLACEMENT, resource)).toBe(false);
  }
});

test("kinds of other groups may be read where the stack applies one", () => {
  const rules = rulesOf(
    roleWith((stack) => {
      new DeploymentV1(stack, "Typed", {
        metadata: { name: "a" },
        spec: { template: { metadata: {}, spec: { container: [{ name: "a", image: "a" }] } } },
      });
      new Manifest(stack, "A", {
        manifest: { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata: { name: "a" } },
      });
    }),
  );
  expect(may(rules, "get", "gateway.networking.k8s.io", "gateways")).toBe(true);
  expect(may(rules, "get", "cert-manager.io", "certificates")).toBe(false);
});

test("the order in which a stack is made is no part of the role", () => {
  const names = ["queue", "db"];
  const secrets = (order: readonly string[]) =>
    rulesOf(
      roleWith((stack) => {
        for (const name of order) {
          new SecretV1(stack, name, { metadata: { name } });
        }
      }),
    );
  expect(secrets(names)).toEqual(secrets([...names].reverse()));
});

test("it is bound to the principal as Kubernetes knows it", () => {
  const stack = synthStack((scope) => {
    new PlanRole(scope, "Plan", { principal: PIPELINE });
    new PlanRole(scope, "Team", { principal: TEAM });
    new PlanRole(scope, "Untold", { principal: ALICE });
  });
  const subjects = (path: string) =>
    (at(stack, path).subject as { kind: string; name: string }[]).map(({ kind, name }) => [kind, name]);
  expect(at(stack, "Plan/Binding").metadata).toEqual({ name: "aks-fleet-plan-pipeline" });
  expect(at(stack, "Plan/Binding").role_ref).toEqual({
    api_group: "rbac.authorization.k8s.io",
    kind: "ClusterRole",
    name: "aks-fleet-plan-pipeline",
  });
  expect(at(stack, "Plan/Binding").depends_on).toEqual([address(stack, "Plan/Resource")]);
  expect(subjects("Plan/Binding")).toEqual([["User", PIPELINE.objectId]]);
  expect(subjects("Team/Binding")).toEqual([["Group", TEAM.objectId]]);
  expect(subjects("Untold/Binding")).toEqual([
    ["User", ALICE.objectId],
    ["Group", ALICE.objectId],
  ]);
});

test("a person is refused: Kubernetes knows people by other names", () => {
  const found = findings(
    (scope) => void new PlanRole(scope, "Plan", { principal: { ...ALICE, type: "User" } }),
  );
  expect(found).toEqual([expect.stringMatching(/^stack\/Plan: principal: "alice" is a/)]);
});
