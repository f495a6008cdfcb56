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
  /** A service principal, such as a pipeline's managed identity, or a group. Not a user: Kubernetes identifies users by name. */
  readonly principal: Principal;
}

const MARK = markOf("PlanRole");

/** A refresh gets objects; the redirect guard and the checks for existing objects list them by name. */
const READ = ["get", "list"];

/** Kubernetes' own API groups except the core group: none of them has Secrets. */
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

/** What an app creates or reads on the hub. Not Works and snapshots: they hold copies of every Secret. */
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

/** The core group, without Secrets. */
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
 * Lets a principal read what Terraform reads of a cluster when it plans this stack. It uses Kubernetes RBAC, which AKS
 * evaluates besides Azure RBAC: Azure's reader roles can read neither CRDs nor Secrets, and the roles that can may also
 * write. The principal can read only those Secrets that this stack creates, which are in its state anyway.
 *
 * The ClusterRole is called `aks-fleet-plan-<principal's name>`; two apps on one cluster must use different names.
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
    // Lazy: resources may still be added to the stack.
    const rules = Lazy.anyValue({ produce: () => rulesFor(stack) });
    const role = new ClusterRoleV1(this, "Resource", { metadata, rule: rules as never });
    // Without a type, only the directory knows which it is; object ids are unique across both.
    const subjects = principal.type === undefined ? ["User", "Group"] : [kindOf(principal.type)];
    new ClusterRoleBindingV1(this, "Binding", {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: metadata.name },
      subject: subjects.map((kind) => ({
        apiGroup: "rbac.authorization.k8s.io",
        kind,
        name: principal.objectId,
      })),
      // The role is referred to by name, which a preview knows.
      dependsOn: [role],
    });
    addCheck(this, function* () {
      if (principal.type === "User") {
        yield finding(
          "planner-person",
          `principal: "${principal.name}" is a user, whom Kubernetes identifies by name and not by object id; give the role to a group that the user is in (type: "Group").`,
        );
      }
    });
  }
}

/** Kubernetes' subject kind for a type of principal. */
function kindOf(type: Principal["type"]): string {
  return type === "Group" ? "Group" : "User";
}

/** Loaded only when needed: few apps have a PlanRole. */
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
