import { Lazy, TerraformResource, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, isKnown } from "../checks/check";
import { finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import { CLUSTER_GROUP, NETWORKING_GROUP, PLACEMENT_GROUP } from "../fleet-api/groups";
import type { Principal } from "../identity/principal";
import { groupOf } from "../kubernetes/kubernetes-object";
import { checkedProps } from "../props/check-props";

export interface PlanRoleProps {
  /** A service principal, such as a pipeline's managed identity, or a group: Kubernetes knows people by other names. */
  readonly principal: Principal;
}

const MARK = markOf("PlanRole");

/** Refreshing reads an object; the guard, and what judges an object that is there, list one by its name. */
const READ = ["get", "list"];

/** Kubernetes' own groups but the first: none of them has Secrets. */
const GROUPS = [
  "apiextensions.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "discovery.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
];

/** What an app puts on the hub, or looks at there. Works and snapshots are not among it: they hold copies of every Secret. */
const FLEET: Readonly<Record<string, readonly string[]>> = {
  [CLUSTER_GROUP]: ["memberclusters"],
  [NETWORKING_GROUP]: [
    "multiclusterservices",
    "serviceexports",
    "serviceimports",
    "trafficmanagerbackends",
    "trafficmanagerprofiles",
  ],
  [PLACEMENT_GROUP]: [
    "approvalrequests",
    "clusterapprovalrequests",
    "clusterresourceenvelopes",
    "clusterresourceoverrides",
    "clusterresourceplacementdisruptionbudgets",
    "clusterresourceplacementevictions",
    "clusterresourceplacements",
    "clusterstagedupdateruns",
    "clusterstagedupdatestrategies",
    "resourceenvelopes",
    "resourceoverrides",
    "resourceplacements",
    "stagedupdateruns",
    "stagedupdatestrategies",
  ],
};

/** The first group, without Secrets. */
const CORE = [
  "configmaps",
  "endpoints",
  "events",
  "limitranges",
  "namespaces",
  "nodes",
  "persistentvolumeclaims",
  "persistentvolumes",
  "pods",
  "podtemplates",
  "replicationcontrollers",
  "resourcequotas",
  "serviceaccounts",
  "services",
];

/**
 * Lets a principal read what Terraform reads of a cluster when it plans this stack, by Kubernetes' own RBAC, which AKS asks
 * on every request beside Azure's: Azure's reader roles see neither CRDs nor Secrets, and those that do may write. Of Secrets
 * it reads those that this stack makes, by their names, which are in the state that it reads as well, and no others.
 *
 * The ClusterRole is `aks-fleet-plan-<name>`, as this app calls the principal; two apps on one cluster give it two names.
 */
export class PlanRole extends Construct {
  /** Whether something is a PlanRole. */
  static isPlanRole(x: unknown): x is PlanRole {
    return isMarked(x, MARK);
  }

  constructor(scope: Construct, id: string, props: PlanRoleProps) {
    super(scope, id);
    markAs(this, MARK);
    const { principal } = checkedProps(this, "PlanRoleProps", props);
    const { ClusterRoleBindingV1, ClusterRoleV1 } = resourceClasses();
    const stack = TerraformStack.of(this);
    const metadata = { name: `aks-fleet-plan-${principal.name.replace(/[/%]/g, "-")}` };
    // Lazy: what the stack makes is still to be added.
    const rules = Lazy.anyValue({ produce: () => rulesFor(stack) });
    const role = new ClusterRoleV1(this, "Resource", { metadata, rule: rules as never });
    // Where it is not told, only the directory knows; there is no second principal of that id.
    const subjects = principal.type === undefined ? ["User", "Group"] : [kindOf(principal.type)];
    new ClusterRoleBindingV1(this, "Binding", {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: metadata.name },
      subject: subjects.map((kind) => ({
        apiGroup: "rbac.authorization.k8s.io",
        kind,
        name: principal.objectId,
      })),
      // By its name, so that a preview knows it.
      dependsOn: [role],
    });
    addCheck(this, function* () {
      if (principal.type === "User") {
        yield finding(
          "planner-person",
          `principal: "${principal.name}" is a person, whom Kubernetes knows by a name and not by an object id; give the role to a group that the person is in (type: "Group").`,
        );
      }
    });
  }
}

/** What Kubernetes calls a kind of principal. */
function kindOf(type: Principal["type"]): string {
  return type === "Group" ? "Group" : "User";
}

/** Loaded when there is a role: few apps have one. */
function resourceClasses() {
  return {
    ...(require("@cdktf/provider-kubernetes/lib/cluster-role-v1") as typeof import("@cdktf/provider-kubernetes/lib/cluster-role-v1")),
    ...(require("@cdktf/provider-kubernetes/lib/cluster-role-binding-v1") as typeof import("@cdktf/provider-kubernetes/lib/cluster-role-binding-v1")),
  };
}

interface Applied extends TerraformResource {
  readonly manifestInput?: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly metadata?: unknown;
  };
  readonly metadataInput?: unknown;
}

function rulesFor(stack: TerraformStack) {
  const applied = stack.node.findAll().filter(isApplied);
  const manifests = applied.flatMap(({ manifestInput }) => manifestInput ?? []);
  const groups = manifests.flatMap(({ apiVersion }) => (isKnown(apiVersion) ? groupOf(apiVersion) : []));
  const secrets = [
    ...applied.filter(isSecret).map(({ metadataInput }) => metadataInput),
    ...manifests.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata),
  ].flatMap((metadata) => (metadata as { name?: string } | undefined)?.name ?? []);
  return [
    rule([""], CORE),
    rule(sorted([...GROUPS, ...groups.filter((group) => group !== "" && !(group in FLEET))]), ["*"]),
    ...Object.entries(FLEET).map(([group, resources]) => rule([group], resources)),
    ...(secrets.length > 0 ? [rule([""], ["secrets"], sorted(secrets))] : []),
  ];
}

function isApplied(construct: IConstruct): construct is Applied {
  return (
    TerraformResource.isTerraformResource(construct) &&
    (construct as TerraformResource).terraformResourceType.startsWith("kubernetes_")
  );
}

function isSecret({ terraformResourceType }: TerraformResource): boolean {
  return ["kubernetes_secret", "kubernetes_secret_v1"].includes(terraformResourceType);
}

function rule(groups: readonly string[], resources: readonly string[], names?: readonly string[]) {
  return { api_groups: groups, resources, verbs: READ, resource_names: names };
}

function sorted(all: readonly string[]): string[] {
  return [...new Set(all)].sort();
}
