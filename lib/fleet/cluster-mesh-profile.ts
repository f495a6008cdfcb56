import { dependable, type IResolvable, type ITerraformDependable, Lazy, Token } from "cdktf";
import { Construct } from "constructs";
import { DataAzapiResourceAction } from "../azapi/data-resource-action";
import { AzapiProxyResource } from "../azapi/proxy-resource";
import { AzapiResourceAction } from "../azapi/resource-action";
import { addCheck, freeId, isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { optional } from "../checks/required";
import { dependablesFor, stackOf } from "../checks/stack-of";
import type { AksCluster, IAksCluster } from "../cluster/aks-cluster";
import { matches } from "../fleet-model/label-selector";
import { parseSelector } from "../fleet-model/selector-text";
import { TerraformData } from "../kubernetes/terraform-data";
import { checkedProps } from "../props/check-props";
import { addApiVersionChecks, checkPreviewOnly, type FleetApiVersion, typeOf } from "./api-version";
import type { IFleet } from "./fleet";
import type { FleetMember, IFleetMember } from "./fleet-member";
import { checkMemberSelector } from "./member-selector";
import { isSameFleet } from "./same-fleet";
import { checkUniqueInFleet } from "./unique-in-fleet";

export interface ClusterMeshProfileProps {
  readonly fleet: IFleet;
  /** 1 to 63 lower-case letters, digits and hyphens. */
  readonly name: string;
  /** API version of the requests: a preview version, since meshes are in preview. */
  readonly apiVersion: FleetApiVersion;
  /** Selects the members of the mesh by label: `key=value`, several separated by commas. */
  readonly memberSelector: string;
  /** Resources that must exist first. @default - only the fleet's members */
  readonly dependsOn?: ITerraformDependable[];
}

const MARK = markOf("ClusterMeshProfile");

/** Cilium's limit. */
const MOST_MEMBERS = 255;
/** Minor version of Kubernetes 1 that Azure requires. */
const OLDEST_MINOR = 32;
const SINCE = "2026-03-02";

/**
 * A mesh of members with Azure's managed Cilium, in preview: their pods reach each other, and Services marked as global are
 * served from all of them. It requires clusters with the Cilium data plane and Advanced Container Networking Services,
 * Kubernetes 1.32 or newer, and connected, flat networks, but no hub. A member can be in only one mesh.
 *
 * Azure changes the members of a mesh only when the profile is applied. A deployment applies it, and waits for completion,
 * whenever the selector, the app's members or their labels change; a check warns about a mesh that isn't connected. A member
 * of a mesh can't leave the fleet: before a member is deleted, its labels are removed and the profile is applied. Before the
 * profile is deleted, it is applied without members, which lose their labels for a moment, then get them back: whatever
 * selects members by label, such as placements, may select again meanwhile.
 */
export class ClusterMeshProfile extends Construct {
  /** Whether something is a ClusterMeshProfile. */
  static isClusterMeshProfile(x: unknown): x is ClusterMeshProfile {
    return isMarked(x, MARK);
  }

  readonly fleet: IFleet;
  readonly name: string;
  readonly memberSelector: string;
  readonly resource: AzapiProxyResource;
  private readonly type: string;
  private readonly members: MeshMember[] = [];

  constructor(scope: Construct, id: string, props: ClusterMeshProfileProps) {
    super(scope, id);
    props = checkedProps(this, "ClusterMeshProfileProps", props);
    markAs(this, MARK);
    const { fleet, name, apiVersion, memberSelector } = props;
    this.fleet = fleet;
    this.name = name;
    this.memberSelector = memberSelector;
    const typed = typeOf("clusterMeshProfiles", apiVersion);
    this.type = typed.type;
    this.resource = new AzapiProxyResource(this, "Resource", {
      ...typed,
      name,
      parentId: fleet.fleetId,
      body: { properties: { memberSelector: { byLabel: memberSelector } } },
      dependsOn: props.dependsOn,
    });
    // Created last, destroyed first: the empty selection is applied before the profile is deleted.
    const leave = this.action("Leave", { action: "apply", when: "destroy" });
    const clear = this.action("Clear", {
      method: "PUT",
      body: { properties: {} },
      when: "destroy",
      dependsOn: [leave],
    });
    const selected = new TerraformData(this, "Selected", {
      selector: memberSelector,
      members: Lazy.anyValue({ produce: () => Object.fromEntries(this.members.map(selectedBy)) }),
    });
    const apply = this.action("Apply", {
      action: "apply",
      // Destroyed before the mesh is emptied.
      dependsOn: [clear],
      // Azure never applies a profile automatically.
      lifecycle: { replaceTriggeredBy: [selected.address] },
    });
    this.warnUnlessConnected(apply);
    fleet._onJoin((member) => this.connect(member));
    addApiVersionChecks(this, apiVersion);
    addCheck(this, () => checkUniqueInFleet(this, MARK, "cluster mesh profile"));
    addCheck(this, () => this.check(props));
  }

  private action(
    id: string,
    config: Omit<ConstructorParameters<typeof AzapiResourceAction>[2], "type" | "resourceId" | "locks"> & {
      readonly resourceId?: string;
    },
  ): AzapiResourceAction {
    return new AzapiResourceAction(this, id, {
      ...config,
      type: this.type,
      resourceId: config.resourceId ?? this.resource.id,
      // Azure accepts only one change to a mesh at a time.
      locks: [this.profileId],
    });
  }

  /** The profile's id, without a dependency on the profile. */
  private get profileId(): string {
    return `${this.fleet.fleetId}/clusterMeshProfiles/${this.name}`;
  }

  /**
   * Warns in each plan, and at the end of each deployment. This isn't a condition of the resource, as that would fail every plan
   * until the profile is applied again, which a failing plan prevents, and Azure reports "Failed" for some connected meshes.
   */
  private warnUnlessConnected(apply: AzapiResourceAction): void {
    const state = new DataAzapiResourceAction(this, "State", {
      type: this.type,
      resourceId: this.resource.id,
      method: "GET",
      responseExportValues: { state: "properties.status.state" },
      // Read after applying.
      dependsOn: [apply],
    });
    stackOf(this)?.addOverride(`check.${state.friendlyUniqueId}.assert`, {
      condition: `\${!contains(["Failed", "Degraded"], try(data.azapi_resource_action.${state.friendlyUniqueId}.output.state, "Connected"))}`,
      error_message: `Azure reports that the cluster mesh "${this.name}" isn't connected: az fleet clustermeshprofile list-members shows the state of each member.`,
    });
  }

  /** Makes a member exist before the profile and until after it, and able to leave on its own. */
  private connect(member: IFleetMember): void {
    const stack = stackOf(this);
    // A stack that adds a member to another stack's fleet is deployed after that stack.
    if (stackOf(member) !== stack && stackOf(this.fleet) === stack) {
      return;
    }
    const more = dependablesFor(this, member.dependables).map(dependable);
    this.resource.dependsOn = [...(this.resource.dependsOn ?? []), ...more];
    const isMadeHere = more.length > 0;
    this.members.push({ member, isMadeHere });
    if (isMadeHere) {
      this.drain(member as FleetMember);
    }
  }

  /**
   * Lets a member leave the fleet: its labels are removed, and the profile is applied. Terraform does the same when the profile is
   * deleted, but then the profile goes first, so there is nothing to apply; the member then gets its labels back, unless it left.
   * Each member has these actions, whatever its labels: actions that depend on a label would be destroyed with the label, and
   * so run on a member that stays.
   */
  private drain({ resource, key, labels = {}, memberName }: FleetMember): void {
    const member = {
      type: typeOf("members").type,
      method: "PATCH",
      when: "destroy",
      ignoreNotFound: true,
    } as const;
    const labelled = new TerraformData(this, freeId(this, `Labels-${key}`), { labels });
    const relabel = new AzapiResourceAction(this, freeId(this, `Relabel-${key}`), {
      ...member,
      resourceId: `${this.fleet.fleetId}/members/${memberName}`,
      body: { properties: { labels } },
      // azapi can't update the body of an action that runs on destruction. Running it early, on replacement, changes nothing.
      lifecycle: { replaceTriggeredBy: [labelled.address] },
    });
    // Created first, destroyed last: after the member, if that is deleted.
    resource.dependsOn = [...(resource.dependsOn ?? []), dependable(relabel)];
    const leave = this.action(freeId(this, `Leave-${key}`), {
      action: "apply",
      when: "destroy",
      resourceId: this.profileId,
      ignoreNotFound: true,
      // Runs before the member is deleted, and also when it is replaced.
      dependsOn: [resource],
      lifecycle: { replaceTriggeredBy: [`${dependable(resource)}.id`] },
    });
    const unlabel = new AzapiResourceAction(this, freeId(this, `Unlabel-${key}`), {
      ...member,
      resourceId: resource.id,
      body: { properties: { labels: {} } },
      // The profile is applied once the labels are removed.
      dependsOn: [leave],
    });
    this.resource.dependsOn = [...(this.resource.dependsOn ?? []), dependable(unlabel)];
  }

  /** Whether a member is in the mesh, or may be: some labels and selectors are known only after apply. */
  private mayHave(member: IFleetMember): boolean {
    const labels = optional(() => member.labels) ?? {};
    const requirements = isKnown(this.memberSelector) ? parseSelector(this.memberSelector) : undefined;
    const judged = requirements && isKnown(labels) && Object.values(labels).every(isKnown);
    return !judged || matches({ matchExpressions: requirements }, labels);
  }

  private *check({ apiVersion }: ClusterMeshProfileProps): Generator<Finding> {
    yield* checkName("cluster mesh profile", this.name, "name");
    yield* checkPreviewOnly(apiVersion, ["apiVersion: a cluster mesh"], SINCE);
    yield* checkMemberSelector("memberSelector", this.memberSelector, this.fleet, { equalOnly: true });
    const own = this.members.map(({ member }) => member).filter((member) => this.mayHave(member));
    if (own.length > MOST_MEMBERS) {
      yield finding(
        "cluster-mesh-members",
        `memberSelector: selects ${own.length} members, but a mesh can have at most ${MOST_MEMBERS}; create several meshes, with different labels.`,
      );
    }
    for (const member of own) {
      yield* checkCluster(
        member.key,
        optional(() => member.cluster),
      );
    }
    const all = allMarked<ClusterMeshProfile>(this, MARK);
    const before = all.slice(0, all.indexOf(this)).filter((other) => isSameFleet(other.fleet, this.fleet));
    for (const other of before) {
      const both = own.filter((member) => optional(() => member.labels) && other.mayHave(member));
      if (both.length > 0) {
        yield finding(
          "cluster-mesh-twice",
          `memberSelector: selects ${quoted(both.map(({ key }) => key))}, as does ${other.node.path}, but a member can be in only one mesh; select by another label.`,
        );
      }
    }
  }
}

interface MeshMember {
  readonly member: IFleetMember;
  /** Whether it is created in the profile's stack, so that one can depend on the other. */
  readonly isMadeHere: boolean;
}

/** What decides whether a member is in the mesh. The id is included, as a recreated member is in no mesh until applied. */
function selectedBy({ member, isMadeHere }: MeshMember): [key: string, facts: object] {
  const labels = optional(() => member.labels) ?? {};
  return [member.key, { labels, ...(isMadeHere && { id: (member as FleetMember).resource.id }) }];
}

/** Yields which requirements of a mesh a cluster doesn't meet, as far as the app configures it. */
function* checkCluster(key: string, cluster: IAksCluster | undefined): Generator<Finding> {
  const version = cluster?.kubernetesVersion;
  const minor = isKnown(version) ? Number(/^1\.(\d+)/.exec(version)?.[1]) : Number.NaN;
  if (minor < OLDEST_MINOR) {
    yield finding(
      "cluster-mesh-version",
      `memberSelector: selects "${key}", whose kubernetesVersion is "${version}", but a mesh needs 1.${OLDEST_MINOR} or newer; set a newer version, or change the member's labels.`,
    );
  }
  const made = cluster && "resource" in cluster ? (cluster as AksCluster) : undefined;
  const profile = made?.resource.networkProfileInput;
  const advanced = profile?.advancedNetworking;
  const isCilium = isOrMayBe(profile?.networkDataPlane, "cilium");
  const isAdvanced =
    isOrMayBe(advanced?.observabilityEnabled, true) || isOrMayBe(advanced?.securityEnabled, true);
  if (made && !(isCilium && isAdvanced)) {
    const missing = [
      ...(isCilium ? [] : ["the Cilium data plane"]),
      ...(isAdvanced ? [] : ["Advanced Container Networking Services"]),
    ];
    yield finding(
      "cluster-mesh-data-plane",
      `memberSelector: selects "${key}", whose cluster lacks ${missing.join(" and ")}, which a mesh needs; set the cluster's config.networkProfile to { networkDataPlane: "cilium", networkPolicy: "cilium", advancedNetworking: { observabilityEnabled: true, securityEnabled: true } }, or change the member's labels.`,
    );
  }
}

function isOrMayBe<T>(value: T | IResolvable | undefined, expected: T): boolean {
  return value === expected || Token.isUnresolved(value);
}
