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
import { isSameFleet } from "../../fleet/same-fleet";
import { isNeverPlaced } from "../../fleet-api/reserved";
import type { Truth } from "../../fleet-model/truth";
import { escapeTemplates } from "../../kubernetes/escape";
import { accepted, checkedProps, refuse } from "../../props/check-props";
import { Namespace } from "../namespace/namespace";
import type { INamespace } from "../namespace/namespace-base";
import { clusterOverridesFor, type OverriddenResource } from "../namespace/override";
import { Workloads } from "../namespace/workloads";
import { chosenByBoth } from "./choice";
import { checkClusterScoped } from "./cluster-scoped";
import { ImportedClusterResourcePlacement } from "./imported-placement";
import type { IClusterResourcePlacement } from "./placement";
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
  broughtBy,
  type ClusterResourceSelector,
  checkSelectors,
  chooseSame,
  chosenIn,
  isNamespace,
  isOfNoNamespace,
  mayChoose,
  type ResourceSelector,
  selectorOfObject,
  selectorSpec,
  type Watched,
} from "./resource-selector";
import { warnOfLoss } from "./rollout-after-loss";
import { unavailablePeriod } from "./rollout-pace";

interface PlacementBase extends PlacementStrategyProps {
  /** Selects the members. */
  readonly policy: PlacementPolicy;
  /** What must exist before anything is placed, besides the selected objects of the same stack. @default - none */
  readonly dependsOn?: ITerraformDependable[];
}

/** A placement of a namespace. */
export interface NamespacePlacementProps extends PlacementBase {
  /** The namespace to place, with its contents. */
  readonly namespace: INamespace;
  readonly fleet?: never;
  /** 1 to 63 lower-case letters, digits and hyphens. @default - the namespace's name */
  readonly name?: string;
  /**
   * What is placed: only the namespace (`NamespaceOnly`), e.g. to place its contents with ResourcePlacements; the namespace
   * with all its contents, including later additions (`NamespaceWithResources`); or the namespace with what `selectors`
   * select (`NamespaceWithResourceSelectors`).
   * @default "NamespaceWithResources"
   */
  readonly selectionScope?: "NamespaceOnly" | "NamespaceWithResources" | "NamespaceWithResourceSelectors";
  /**
   * What else to place, at most 99 selectors: cluster-scoped objects or other namespaces; with
   * `NamespaceWithResourceSelectors`, also objects in this namespace, but no other namespaces. Selectors can't overlap.
   * @default - nothing
   */
  readonly selectors?: readonly ClusterResourceSelector[];
  /**
   * Who can read the placement's status: those with access to the cluster-scoped placement (`ClusterScopeOnly`), or also
   * those with access to the namespace, where the hub keeps a ClusterResourcePlacementStatus (`NamespaceAccessible`; in
   * preview, and only without other namespaces). It can't be changed later.
   * @default "ClusterScopeOnly"
   */
  readonly statusReportingScope?: "ClusterScopeOnly" | "NamespaceAccessible";
}

/** A placement of cluster-scoped objects. */
export interface ClusterPlacementProps extends PlacementBase {
  /** The fleet to select members from. */
  readonly fleet: IFleet;
  readonly namespace?: never;
  /** 1 to 63 lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly selectionScope?: never;
  /** What to place, 1 to 100 selectors: cluster-scoped objects, or namespaces. Selectors can't overlap. */
  readonly selectors: readonly ClusterResourceSelector[];
  readonly statusReportingScope?: never;
}

/** A placement of a namespace or of cluster-scoped objects. */
export type ClusterResourcePlacementProps = NamespacePlacementProps | ClusterPlacementProps;

const MARK = markOf("ClusterResourcePlacement");
const MAX_SELECTORS = 100;

/**
 * Copies a namespace of the hub with its contents, or cluster-scoped objects, to members of the fleet, and keeps the copies
 * in sync. Deleting the placement deletes the copies; a new name replaces the placement.
 */
export class ClusterResourcePlacement extends Construct implements IClusterResourcePlacement {
  /** Whether something is a ClusterResourcePlacement. */
  static isClusterResourcePlacement(x: unknown): x is ClusterResourcePlacement {
    return isMarked(x, MARK);
  }

  /** Imports an existing placement of the hub by name. */
  static fromPlacementName(scope: Construct, id: string, placementName: string): IClusterResourcePlacement {
    return new ImportedClusterResourcePlacement(scope, id, placementName);
  }

  /** All placements of an app. @internal */
  static _all(scope: IConstruct): readonly ClusterResourcePlacement[] {
    return allMarked<ClusterResourcePlacement>(scope, MARK);
  }

  readonly fleet: IFleet;
  /** The placed namespace; undefined if there are only `selectors`. */
  readonly namespace: INamespace | undefined;
  readonly name: string;
  readonly manifest: Manifest;
  private readonly props: ClusterResourcePlacementProps;
  private readonly policy: PlacementPolicy;
  private readonly dependencies: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ClusterResourcePlacementProps) {
    super(scope, id);
    props = checkedProps(this, "ClusterResourcePlacementProps", props);
    if (!props.namespace && !props.fleet) {
      refuse(this, [
        finding(
          "prop-missing",
          "namespace: is missing; set the namespace to place, or the fleet and selectors.",
        ),
      ]);
    }
    markAs(this, MARK);
    markAs(this, markOf("IClusterResourcePlacement"));
    this.props = props;
    const { namespace, dependsOn = [] } = props;
    const policy = accepted(this, props.policy._inspected);
    this.fleet = props.namespace ? props.namespace.fleet : props.fleet;
    this.namespace = namespace;
    this.policy = policy;
    this.name = props.namespace ? (props.name ?? props.namespace.name) : props.name;
    this.dependencies = [...dependsOn];
    onHub(this, this.fleet, { namespace });
    this.manifest = placementManifest(this, {
      ...props,
      kind: "ClusterResourcePlacement",
      name: this.name,
      namespace: undefined,
      fleet: this.fleet,
      policy,
      // Workloads may still be added.
      strategy: Lazy.anyValue({ produce: () => this.strategy() }),
      // Workloads with envelopes may still be added.
      resourceSelectors: Lazy.anyValue({
        produce: () => escapeTemplates(this.selectors().map(selectorSpec)),
      }),
    });
    // After everything that is placed, including later additions: one rollout, not one per object.
    this.manifest.dependsOn = Lazy.listValue({
      produce: () => {
        const { manifests, secrets } = this._watched;
        const placed = [...(namespace?.dependables ?? []), ...manifests, ...secrets];
        return [...new Set([...placed, ...this.dependencies])]
          .filter((one) => one !== this.manifest)
          .map(dependable);
      },
    });
    addCheck(this, () => this.check());
    warnOfLoss(this, props);
  }

  /** The selected members; undefined if not known at synth. */
  get members(): readonly IFleetMember[] | undefined {
    return this.policy._choice(this.fleet).members;
  }

  /** Whether a member is selected. @internal */
  _chooses(member: IFleetMember): Truth {
    return this.policy._choice(this.fleet).isChosen(member);
  }

  get dependables(): readonly ITerraformDependable[] {
    return [this.manifest];
  }

  /** The policy's type; undefined if known only after apply. @internal */
  get _placementType(): string | undefined {
    return this.policy._placementType;
  }

  /** What it places of a namespace; undefined if it doesn't select the namespace. @internal */
  _brings(namespace: INamespace): Brought | undefined {
    if (isSameFleet(this.fleet, namespace.fleet) === false) {
      return undefined;
    }
    return this.namespace === namespace ? this.ofItsOwn() : broughtBy(this.props.selectors ?? [], namespace);
  }

  private strategy(): Record<string, unknown> | undefined {
    const { namespace, selectors = [], rolloutType = "RollingUpdate", unavailablePeriodSeconds } = this.props;
    const isAll = namespace && this.ofItsOwn() === "everything" && selectors.length === 0;
    if (!isAll || unavailablePeriodSeconds !== undefined || rolloutType !== "RollingUpdate") {
      return strategySpec(this.props);
    }
    return strategySpec({ ...this.props, unavailablePeriodSeconds: unavailablePeriod(namespace) });
  }

  private ofItsOwn(): Brought {
    switch (this.props.selectionScope) {
      case "NamespaceOnly":
        return "nothing";
      case "NamespaceWithResourceSelectors":
        return "some";
      default:
        return "everything";
    }
  }

  /** Whether a deployment can wait for it. @internal */
  get _rollsOut(): boolean {
    return rollsOut(this.props);
  }

  /** Whether it only reports differences. @internal */
  get _reports(): boolean {
    return this.props.applyType === "ReportDiff";
  }

  /** Whether staged update runs roll out its changes; undefined if known only after apply. @internal */
  get _isExternal(): boolean | undefined {
    return isExternal(this.props);
  }

  /** Makes the placement wait for a dependency, e.g. an override. */
  addDependency(dependency: ITerraformDependable): void {
    this.dependencies.push(
      checkedProps(this, "PlacementDependency", { dependency }, "addDependency").dependency,
    );
  }

  /** Changes of these are waited for: what it places, and overrides. @internal */
  get _watched(): Watched {
    const { namespace } = this;
    const chosen = chosenIn(TerraformStack.of(this), this.props.selectors ?? []);
    return {
      manifests: [
        ...new Set([
          this.manifest,
          ...(namespace ? [...namespace._itself, ...namespace.manifests] : []),
          ...chosen.manifests,
          ...clusterOverridesFor(this, this.name),
        ]),
      ],
      secrets: [...new Set([...(namespace?.secrets ?? []), ...chosen.secrets])],
    };
  }

  /** What `aks-fleet` calls it. @internal */
  get _reference(): string {
    return this.name;
  }

  /** What it selects in its namespace, besides the namespace itself. @internal */
  get _chosenInside(): readonly ResourceSelector[] {
    const { selectionScope, selectors = [] } = this.props;
    const scopes = Workloads._customScopes(this);
    return selectionScope === "NamespaceWithResourceSelectors"
      ? selectors.filter((selector) => !isOfNoNamespace(selector, scopes))
      : [];
  }

  private selectors(): Parameters<typeof selectorSpec>[0][] {
    const { namespace, selectionScope, selectors = [] } = this.props;
    const first = namespace && { version: "v1", kind: "Namespace", name: namespace.name, selectionScope };
    return [...(first ? [first] : []), ...selectors, ...this.ofItsNamespace()];
  }

  /** Cluster-scoped objects among the namespace's workloads are included, unless selected already: envelopes, and others. */
  private ofItsNamespace(): ResourceSelector[] {
    const { namespace, selectors = [] } = this.props;
    const envelopes = (namespace?._contents.clusterEnvelopes ?? []).flatMap((envelope) => envelope.selectors);
    const elsewhere = ClusterResourcePlacement._all(this).flatMap((other) =>
      other !== this && isSameFleet(other.fleet, this.fleet) ? (other.props.selectors ?? []) : [],
    );
    const objects = (namespace?._contents.clusterScoped ?? [])
      .map(selectorOfObject)
      .filter((object) => !isNeverPlaced(object.group, object.kind))
      .filter((object) => !elsewhere.some((selector) => chooseSame(selector, object)));
    return [...envelopes, ...objects].filter(
      (one) => !selectors.some((selector) => chooseSame(selector, one)),
    );
  }

  private *check(): Generator<Finding> {
    yield* checkDnsLabel("placement", this.name);
    yield* this.policy._check(this.fleet);
    yield* checkStrategy(this.props);
    yield* this.checkSelection();
    for (const namespace of Namespace._all(this)) {
      const isBrought = ["everything", "nothing"].includes(this._brings(namespace) ?? "");
      if (namespace !== this.namespace && isBrought) {
        yield* checkClusterScoped(namespace, ClusterResourcePlacement._all(this));
      }
    }
    const ofFleet = ClusterResourcePlacement._all(this).filter(({ fleet }) => isSameFleet(fleet, this.fleet));
    yield* checkNameOnce(this, "placement", this.name, ofFleet);
    for (const other of ofFleet.filter(({ name }) => name !== this.name)) {
      yield* this.checkPlacedOnce(other);
    }
  }

  /** Placements that only report differences may overlap with others. */
  private *checkPlacedOnce(other: ClusterResourcePlacement): Generator<Finding> {
    const theirs = other.outside();
    const same = this.outside().find((one) => theirs.some((another) => chooseSame(one, another)));
    const members = same && !this._reports && !other._reports ? chosenByBoth(this, other) : [];
    if (same && members.length > 0) {
      yield finding(
        "placement-object-placed-twice",
        `policy: ${other.node.path} also places ${same.name === undefined ? `every ${same.kind}` : `${same.kind} "${same.name}"`} on member${members.length > 1 ? "s" : ""} ${quoted(members.map(({ key }) => key))}, but the fleet refuses to place an object twice; select other members, or remove it from one of the placements.`,
      );
    }
  }

  /** Whether it places a cluster-scoped object, or may, by labels or by values known only after apply. @internal */
  _mayChoose(object: OverriddenResource): boolean {
    return this.outside().some((selector) => mayChoose(selector, object) !== false);
  }

  /** The cluster-scoped objects that it selects. */
  private outside(): ResourceSelector[] {
    const inside = this._chosenInside;
    return this.selectors().filter((selector) => !inside.includes(selector));
  }

  private *checkSelection(): Generator<Finding> {
    const { namespace, selectors = [], selectionScope, statusReportingScope } = this.props;
    if (this.selectors().length === 0) {
      yield finding("placement-empty", "selectors: is empty, so nothing would be placed; add a selector.");
    }
    if (this.selectors().length > MAX_SELECTORS) {
      const ours = this.selectors().length - selectors.length;
      const beside = namespace ? ` besides the namespace${ours > 1 ? " and its envelopes" : ""}` : "";
      yield finding(
        "placement-too-many-selectors",
        `selectors: has ${selectors.length} selectors, but a placement allows at most ${MAX_SELECTORS - ours}${beside}; select by label, or add a second placement.`,
      );
    }
    const someOfIt = selectionScope === "NamespaceWithResourceSelectors";
    yield* checkSelectors(selectors, Workloads._customScopes(this), {
      clusterScoped: true,
      namespaced: someOfIt,
      advice: namespace
        ? 'select it with selectionScope "NamespaceWithResourceSelectors" or a ResourcePlacement, or place its whole namespace'
        : "place its namespace, or select it with a ResourcePlacement there",
    });
    yield* this.checkFurtherNamespaces();
    for (const [index, selector] of selectors.entries()) {
      if (!namespace || !isNamespace(selector)) {
        continue;
      }
      if (selector.name === namespace.name) {
        yield finding(
          "placement-own-namespace-selected",
          `selectors[${index}]: selects the namespace "${namespace.name}", which the placement already selects; remove the selector.`,
        );
      }
      if (someOfIt) {
        yield finding(
          "placement-other-namespace-selected",
          `selectors[${index}]: selects another namespace, which selectionScope "NamespaceWithResourceSelectors" doesn't allow; add a separate placement for it.`,
        );
      }
      if (statusReportingScope === "NamespaceAccessible") {
        yield finding(
          "placement-status-scope",
          `statusReportingScope: "NamespaceAccessible" allows only one namespace, but selectors[${index}] selects others; remove one of the two.`,
        );
      }
    }
  }

  /** Other namespaces among the workloads of the placement's namespace. */
  private *checkFurtherNamespaces(): Generator<Finding> {
    const { selectionScope, statusReportingScope } = this.props;
    const further = this.ofItsNamespace().filter(isNamespace);
    const alone =
      selectionScope === "NamespaceWithResourceSelectors"
        ? `selectionScope: "${selectionScope}"`
        : statusReportingScope === "NamespaceAccessible"
          ? `statusReportingScope: "${statusReportingScope}"`
          : undefined;
    if (alone !== undefined && further.length > 0) {
      yield finding(
        "placement-further-namespace",
        `${alone} allows only one namespace, but the workloads of "${this.namespace?.name}" contain others: ${quoted(further.map(({ name }) => name ?? ""))}; add them with addNamespace, each with its own placement.`,
      );
    }
  }
}
