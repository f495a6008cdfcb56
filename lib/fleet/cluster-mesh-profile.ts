import { dependable, type ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { AzapiProxyResource } from "../azapi/proxy-resource";
import { AzapiResourceAction } from "../azapi/resource-action";
import { addCheck, freeId, isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { dependablesFor, stackOf } from "../checks/stack-of";
import { ifTold } from "../checks/told";
import { matches } from "../fleet-model/label-selector";
import { parseSelector } from "../fleet-model/selector-text";
import { TerraformData } from "../kubernetes/terraform-data";
import { checkedProps } from "../props/check-props";
import { checkPreviewOnly, type FleetApiVersion, judgeApiVersion, typeOf } from "./api-version";
import type { IFleet } from "./fleet";
import type { FleetMember, IFleetMember } from "./fleet-member";
import { checkMemberSelector } from "./member-selector";
import { isSameFleet } from "./same-fleet";
import { checkUniqueInFleet } from "./unique-in-fleet";

export interface ClusterMeshProfileProps {
  readonly fleet: IFleet;
  /** 1 to 63 lower-case letters, digits and hyphens. */
  readonly name: string;
  /** API version of the requests: a preview, since Azure has meshes in preview only. */
  readonly apiVersion: FleetApiVersion;
  /** The members of the mesh, by their labels: `key=value`, several with commas between them. */
  readonly memberSelector: string;
  /** What must exist before. @default - nothing but the fleet's members */
  readonly dependsOn?: ITerraformDependable[];
}

const MARK = markOf("ClusterMeshProfile");

/** Limit of Cilium. */
const MOST_MEMBERS = 255;
const SINCE = "2026-03-02";

/**
 * A mesh of members by Azure's managed Cilium, in preview: their pods reach each other, and Services that are marked as
 * global are served from all of them. It needs clusters with Cilium's data plane and Advanced Container Networking Services,
 * of Kubernetes 1.32 or newer, whose networks are connected and flat. A member is in one mesh only.
 *
 * Which members are in it Azure changes only when it is told to apply the profile. A deployment does so, to the end, whenever
 * the selector or the labels of the app's members change. A member of a mesh can't leave the fleet: before one is deleted its
 * labels are taken away and the profile is applied, and before all are, the profile is applied without members.
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
  private readonly clear: AzapiResourceAction;
  private readonly members: IFleetMember[] = [];

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
    // Last made, first destroyed: nobody is selected any more, and that is applied, before the profile goes.
    const leave = this.action("Leave", { action: "apply", when: "destroy" });
    this.clear = this.action("Clear", {
      method: "PUT",
      body: { properties: {} },
      when: "destroy",
      dependsOn: [leave],
    });
    const selected = new TerraformData(this, "Selected", {
      selector: memberSelector,
      members: Lazy.anyValue({
        produce: () =>
          Object.fromEntries(this.members.map((one) => [one.key, ifTold(() => one.labels) ?? {}])),
      }),
    });
    this.action("Apply", {
      action: "apply",
      responseExportValues: { state: "properties.status.state" },
      // Before the members are taken out of it when all is destroyed.
      dependsOn: [this.clear],
      lifecycle: {
        // Azure applies nothing by itself.
        replaceTriggeredBy: [selected.address],
        postcondition: [
          {
            condition: '${!contains(["Failed", "Degraded"], try(self.output.state, "Connected"))}',
            errorMessage: `The cluster mesh "${name}" was applied, and is not connected: az fleet clustermeshprofile list-members tells of which member.`,
          },
        ],
      },
    });
    fleet._onJoin((member) => this.connect(member));
    judgeApiVersion(this, apiVersion);
    addCheck(this, () => checkUniqueInFleet(this, MARK, "cluster mesh profile"));
    addCheck(this, () => this.check(props));
  }

  private action(
    id: string,
    config: Omit<ConstructorParameters<typeof AzapiResourceAction>[2], "type" | "resourceId" | "locks">,
  ): AzapiResourceAction {
    return new AzapiResourceAction(this, id, {
      ...config,
      type: this.type,
      resourceId: this.resource.id,
      // Azure takes one change of a mesh at a time.
      locks: [this.resource.id],
    });
  }

  /** It outlives the profile, and can leave by itself. */
  private connect(member: IFleetMember): void {
    const stack = stackOf(this);
    // A stack that adds a member to the fleet of another comes after that one.
    if (stackOf(member) !== stack && stackOf(this.fleet) === stack) {
      return;
    }
    const more = dependablesFor(this, member.dependables).map(dependable);
    this.resource.dependsOn = [...(this.resource.dependsOn ?? []), ...more];
    this.members.push(member);
    if (!this.mayHave(member) || more.length === 0) {
      return;
    }
    const { resource, key } = member as FleetMember;
    const leave = this.action(freeId(this, `Leave-${key}`), { action: "apply", when: "destroy" });
    const unlabel = new AzapiResourceAction(this, freeId(this, `Unlabel-${key}`), {
      type: typeOf("members").type,
      resourceId: resource.id,
      method: "PATCH",
      body: { properties: { labels: {} } },
      when: "destroy",
      ignoreNotFound: true,
      // Applied once the labels are gone: what is made last is destroyed first.
      dependsOn: [leave],
    });
    // Where all is destroyed, all leave at once before each does.
    this.clear.dependsOn = [...(this.clear.dependsOn ?? []), dependable(unlabel)];
  }

  /** Whether a member is in the mesh, as far as it can be told. */
  private mayHave(member: IFleetMember): boolean {
    const labels = ifTold(() => member.labels) ?? {};
    const requirements = isKnown(this.memberSelector) ? parseSelector(this.memberSelector) : undefined;
    const judged = requirements && isKnown(labels) && Object.values(labels).every(isKnown);
    return !judged || matches({ matchExpressions: requirements }, labels);
  }

  private *check({ apiVersion }: ClusterMeshProfileProps): Generator<Finding> {
    yield* checkName("cluster mesh profile", this.name, "name");
    yield* checkPreviewOnly(apiVersion, ["apiVersion: a cluster mesh"], SINCE);
    yield* checkMemberSelector("memberSelector", this.memberSelector, this.fleet, { equalOnly: true });
    const own = this.members.filter((member) => this.mayHave(member));
    if (own.length > MOST_MEMBERS) {
      yield finding(
        "cluster-mesh-members",
        `memberSelector: selects ${own.length} members, and a mesh has ${MOST_MEMBERS} at most; make several meshes, by several labels.`,
      );
    }
    const all = allMarked<ClusterMeshProfile>(this, MARK);
    const before = all.slice(0, all.indexOf(this)).filter((other) => isSameFleet(other.fleet, this.fleet));
    for (const other of before) {
      const both = own.filter((member) => ifTold(() => member.labels) && other.mayHave(member));
      if (both.length > 0) {
        yield finding(
          "cluster-mesh-twice",
          `memberSelector: also selects ${quoted(both.map(({ key }) => key))}, which ${other.node.path} does, and a member is in one mesh only; select by another label.`,
        );
      }
    }
  }
}
