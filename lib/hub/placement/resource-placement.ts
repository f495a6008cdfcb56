import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { dependable, type ITerraformDependable, Lazy, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, quoted } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../../checks/marked";
import { checkDnsLabel, checkNameOnce } from "../../checks/names";
import type { IFleet } from "../../fleet/fleet";
import type { IFleetMember } from "../../fleet/fleet-member";
import { onHub } from "../../fleet/on-hub";
import { anyOf, type Truth } from "../../fleet-model/truth";
import { accepted, checkedProps } from "../../props/check-props";
import { checkNamed } from "../namespace/named-objects";
import type { INamespace } from "../namespace/namespace-base";
import { Workloads } from "../namespace/workloads";
import { chosenByBoth } from "./choice";
import { ClusterResourcePlacement } from "./cluster-resource-placement";
import { checkClusterScoped } from "./cluster-scoped";
import { ImportedResourcePlacement } from "./imported-placement";
import type { IResourcePlacement } from "./placement";
import { placementManifest } from "./placement-manifest";
import type { PlacementPolicy } from "./placement-policy";
import {
  checkStrategy,
  isExternal,
  type PlacementStrategyProps,
  rollsOut,
  strategySpec,
} from "./placement-strategy";
import {
  type Brought,
  checkSelectors,
  chooseSame,
  type ResourceSelector,
  selectorSpec,
  type Watched,
} from "./resource-selector";
import { warnOfLoss } from "./rollout-after-loss";

export interface ResourcePlacementProps extends PlacementStrategyProps {
  /** The namespace of the placement and of everything it places. */
  readonly namespace: INamespace;
  /** 1 to 63 lower-case letters, digits and hyphens; unique in the namespace. */
  readonly name: string;
  /** What to place from the namespace: 1 to 100 selectors, which can't overlap. */
  readonly selectors: readonly ResourceSelector[];
  /** Selects the members. */
  readonly policy: PlacementPolicy;
  /**
   * Whether the namespace is created on the members outside this app: the fleet doesn't create it for the objects placed in
   * it, and applies nothing without it.
   * @default - false; true for a namespace that this app doesn't create
   */
  readonly namespaceElsewhere?: boolean;
  /** What must exist before anything is placed, besides the namespace's contents. @default - none */
  readonly dependsOn?: ITerraformDependable[];
}

const MARK = markOf("ResourcePlacement");

/**
 * Copies objects of a namespace of the hub to members of the fleet that already have the namespace, e.g. from a
 * ClusterResourcePlacement with `selectionScope: "NamespaceOnly"`. The placement is in the namespace itself, so a team can
 * own it. Deleting it deletes the copies.
 */
export class ResourcePlacement extends Construct implements IResourcePlacement {
  /** Whether something is a ResourcePlacement. */
  static isResourcePlacement(x: unknown): x is ResourcePlacement {
    return isMarked(x, MARK);
  }

  /** Imports an existing placement in a namespace of the hub by name. */
  static fromPlacementName(
    scope: Construct,
    id: string,
    namespace: INamespace,
    placementName: string,
  ): IResourcePlacement {
    return new ImportedResourcePlacement(scope, id, namespace, placementName);
  }

  /** All ResourcePlacements of an app. @internal */
  static _all(scope: IConstruct): readonly ResourcePlacement[] {
    return allMarked<ResourcePlacement>(scope, MARK);
  }

  readonly namespace: INamespace;
  readonly name: string;
  readonly manifest: Manifest;
  private readonly props: ResourcePlacementProps;

  constructor(scope: Construct, id: string, props: ResourcePlacementProps) {
    super(scope, id);
    props = checkedProps(this, "ResourcePlacementProps", props);
    markAs(this, MARK);
    markAs(this, markOf("IResourcePlacement"));
    this.props = props;
    const { namespace, name, dependsOn = [] } = props;
    const policy = accepted(this, props.policy._inspected);
    this.namespace = namespace;
    this.name = name;
    onHub(this, namespace.fleet, { namespace });
    this.manifest = placementManifest(this, {
      ...props,
      kind: "ResourcePlacement",
      namespace: namespace.name,
      fleet: namespace.fleet,
      policy,
      resourceSelectors: props.selectors.map(selectorSpec),
      strategy: strategySpec(props),
    });
    // After what it places and after the namespace's placements; deleted before them.
    this.manifest.dependsOn = Lazy.listValue({
      produce: () =>
        [
          ...namespace.dependables,
          ...namespace.contents,
          ...this.namespacePlacements()
            .filter((placement) => TerraformStack.of(placement) === TerraformStack.of(this))
            .map(({ manifest }) => manifest),
          ...dependsOn,
        ].map(dependable),
    });
    addCheck(this, () => this.check());
    warnOfLoss(this, props);
  }

  /** The selected members; undefined if not known at synth. */
  get members(): readonly IFleetMember[] | undefined {
    return this.props.policy._choice(this.fleet).members;
  }

  /** Whether a member is selected. @internal */
  _chooses(member: IFleetMember): Truth {
    return this.props.policy._choice(this.fleet).isChosen(member);
  }

  /** Changes of these are waited for: what it may place, and overrides. @internal */
  get _watched(): Watched {
    const { namespace } = this;
    return {
      manifests: [this.manifest, ...namespace._itself, ...namespace.manifests],
      secrets: namespace.secrets,
    };
  }

  /** What `aks-fleet` calls it. @internal */
  get _reference(): string {
    return `${this.namespace.name}/${this.name}`;
  }

  get fleet(): IFleet {
    return this.namespace.fleet;
  }

  get dependables(): readonly ITerraformDependable[] {
    return [this.manifest];
  }

  /** The policy's type; undefined if known only after apply. @internal */
  get _placementType(): string | undefined {
    return this.props.policy._placementType;
  }

  /** Whether a deployment can wait for it. @internal */
  get _rollsOut(): boolean {
    return rollsOut(this.props);
  }

  /** What it places of a namespace; undefined if nothing. @internal */
  _brings(namespace: INamespace): Brought | undefined {
    return namespace === this.namespace ? "some" : undefined;
  }

  /** Whether it only reports differences. @internal */
  get _reports(): boolean {
    return this.props.applyType === "ReportDiff";
  }

  /** Whether staged update runs roll out its changes; undefined if known only after apply. @internal */
  get _isExternal(): boolean | undefined {
    return isExternal(this.props);
  }

  private namespacePlacements(): readonly ClusterResourcePlacement[] {
    return ClusterResourcePlacement._all(this).filter(
      (placement) => placement._brings(this.namespace) !== undefined,
    );
  }

  private *check(): Generator<Finding> {
    const { namespace, name, policy, selectors } = this.props;
    yield* checkDnsLabel("placement", name);
    yield* policy._check(namespace.fleet);
    yield* checkStrategy(this.props);
    if (selectors.length === 0) {
      yield finding(
        "placement-selectors-empty",
        "selectors: is empty, so nothing would be placed; add a selector.",
      );
    }
    if (selectors.length > 100) {
      yield finding(
        "placement-too-many-selectors",
        `selectors: has ${selectors.length} selectors, but a placement allows at most 100; select by label, or add a second placement.`,
      );
    }
    yield* checkSelectors(selectors, Workloads._customScopes(this), {
      clusterScoped: false,
      namespaced: true,
      advice: "select it with a ClusterResourcePlacement",
    });
    yield* checkNamed(selectors, namespace);
    const inNamespace = ResourcePlacement._all(this).filter((other) => other.namespace === namespace);
    yield* checkNameOnce(this, "placement", name, inNamespace);
    yield* this.checkNamespacePlacements();
    // Reported once per namespace.
    if (inNamespace[0] === this) {
      yield* checkClusterScoped(namespace, ClusterResourcePlacement._all(this));
    }
  }

  /** The namespace must already be on the members, and nothing may be placed twice. */
  private *checkNamespacePlacements(): Generator<Finding> {
    const { namespace, fleet } = this;
    const placements = this.namespacePlacements();
    // A namespace that this app doesn't create may be placed by others.
    if (!(this.props.namespaceElsewhere ?? namespace._itself.length === 0)) {
      const isThere = (member: IFleetMember) => anyOf(placements.map((one) => one._chooses(member)));
      const missing = fleet.members.filter(
        (member) => this._chooses(member) === true && isThere(member) === false,
      );
      const isNowhere =
        placements.length === 0 ||
        (fleet.knowsAllMembers && fleet.members.every((member) => isThere(member) === false));
      if (isNowhere || missing.length > 0) {
        yield finding(
          "placement-namespace-not-placed",
          `namespace: no ClusterResourcePlacement places "${namespace.name}" on ${missing.length > 0 ? `member${missing.length > 1 ? "s" : ""} ${quoted(missing.map(({ key }) => key))}` : "any member"}, but nothing is applied without the namespace; place it with selectionScope "NamespaceOnly", or set namespaceElsewhere if it is created outside this app.`,
        );
      }
    }
    yield* this.checkPlacedOnce(placements);
    for (const placement of placements) {
      const twice = placement._brings(namespace) === "everything" ? chosenByBoth(this, placement) : [];
      if (twice.length > 0) {
        yield finding(
          "placement-object-placed-twice",
          `selectors: ${placement.node.path} places everything in "${namespace.name}" on member${twice.length > 1 ? "s" : ""} ${quoted(twice.map(({ key }) => key))}, but the fleet refuses to place an object twice; set selectionScope "NamespaceOnly" on that placement, or remove this one.`,
        );
      }
    }
  }

  /** Nor may the selectors of two placements overlap. */
  private *checkPlacedOnce(namespacePlacements: readonly ClusterResourcePlacement[]): Generator<Finding> {
    const others = [
      ...ResourcePlacement._all(this)
        .filter((other) => other !== this && other.namespace === this.namespace && other.name !== this.name)
        .map((placement) => ({ placement, selectors: placement.props.selectors })),
      ...namespacePlacements.map((placement) => ({ placement, selectors: placement._chosenInside })),
    ];
    for (const { placement, selectors } of others) {
      const index = this.props.selectors.findIndex((one) =>
        selectors.some((other) => chooseSame(one, other)),
      );
      const applied = !this._reports && !placement._reports;
      const members = applied && index >= 0 ? chosenByBoth(this, placement) : [];
      if (members.length > 0) {
        yield finding(
          "placement-object-placed-twice",
          `selectors[${index}]: ${placement.node.path} selects the same objects for member${members.length > 1 ? "s" : ""} ${quoted(members.map(({ key }) => key))}, but the fleet refuses to place an object twice; select other members, or remove the objects from one of the placements.`,
        );
      }
    }
  }
}
