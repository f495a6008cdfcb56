import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { dependable, type ITerraformDependable, Lazy } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck } from "../checks/check";
import { allMarked, markAs } from "../checks/marked";
import { checkDnsLabel } from "../checks/names";
import { checkOneOf } from "../checks/values";
import type { IFleetMember } from "../fleet/fleet-member";
import { isSameFleet } from "../fleet/same-fleet";
import { appliedManifest } from "../manifest/applied-manifest";
import { section } from "../manifest/section";
import type { Namespace } from "./namespace";
import type { PlacementPolicy } from "./placement-policy";
import {
  checkStrategy,
  type PlacementStrategyProps,
  placementApiVersion,
  strategySpec,
} from "./placement-strategy";
import { type ClusterResourceSelector, checkSelectors, isNamespace, selectorSpec } from "./resource-selector";

export interface ClusterResourcePlacementProps extends PlacementStrategyProps {
  /** The namespace that is placed, with everything in it. */
  readonly namespace: Namespace;
  readonly policy: PlacementPolicy;
  /** 1 to 63 lower-case letters, digits and hyphens. @default - the namespace's name */
  readonly name?: string;
  /**
   * What of the namespace is placed: only itself (`NamespaceOnly`), so that ResourcePlacements can place what is in it;
   * everything in it, also what is added later (`NamespaceWithResources`); or what `selectors` choose
   * (`NamespaceWithResourceSelectors`).
   * @default "NamespaceWithResources"
   */
  readonly selectionScope?: "NamespaceOnly" | "NamespaceWithResources" | "NamespaceWithResourceSelectors";
  /**
   * What else is placed, 99 selectors at most: objects that are in no namespace, or other namespaces; with
   * `NamespaceWithResourceSelectors` also objects of this namespace, and no other one. An object must not be chosen twice.
   * @default - nothing
   */
  readonly selectors?: readonly ClusterResourceSelector[];
  /**
   * Who can read the placement's status: who may read the placement, which is in no namespace (`ClusterScopeOnly`), or
   * also who may read in the namespace, where the hub keeps a ClusterResourcePlacementStatus (`NamespaceAccessible`; in
   * preview, and only where no other namespace is chosen). It can't be changed later.
   * @default "ClusterScopeOnly"
   */
  readonly statusReportingScope?: "ClusterScopeOnly" | "NamespaceAccessible";
  /** What must exist before anything is placed, e.g. what `selectors` choose. What is in the namespace need not be named. */
  readonly dependsOn?: ITerraformDependable[];
}

const MARK = Symbol.for("cdktf-aks-fleet/ClusterResourcePlacement");
/** The API takes 100 selectors; the first is the namespace's. */
const MAX_SELECTORS = 99;

/**
 * Copies a namespace of the hub, with everything in it, to members of the fleet, and keeps the copies as the hub's. When
 * the placement is deleted the copies go, unless `deletePropagation` says otherwise; another name makes another placement.
 */
export class ClusterResourcePlacement extends Construct {
  /** Every placement of an app. */
  static of(scope: IConstruct): ClusterResourcePlacement[] {
    return allMarked<ClusterResourcePlacement>(scope, MARK);
  }

  readonly namespace: Namespace;
  readonly name: string;
  readonly manifest: Manifest;
  private readonly policy: PlacementPolicy;
  private readonly dependencies: ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ClusterResourcePlacementProps,
  ) {
    super(scope, id);
    markAs(this, MARK);
    const { namespace, policy, selectors = [], selectionScope, dependsOn = [] } = props;
    this.namespace = namespace;
    this.policy = policy;
    this.name = props.name ?? namespace.name;
    this.dependencies = [...dependsOn];
    const namespaceSelector = { version: "v1", kind: "Namespace", name: namespace.name, selectionScope };
    this.manifest = appliedManifest(this, "Resource", {
      manifest: {
        apiVersion: placementApiVersion(props),
        kind: "ClusterResourcePlacement",
        metadata: { name: this.name },
        spec: section({
          resourceSelectors: [namespaceSelector, ...selectors].map(selectorSpec),
          policy: policy._spec(),
          strategy: strategySpec(props),
          revisionHistoryLimit: props.revisionHistoryLimit,
          statusReportingScope: props.statusReportingScope,
        }),
      },
    });
    // After all that is in the namespace, also what is added later: placed once, not object by object.
    this.manifest.dependsOn = Lazy.listValue({
      produce: () =>
        [...new Set([...namespace.dependables, ...namespace.contents, ...this.dependencies])].map(dependable),
    });
    addCheck(this, () => this.check());
  }

  /** The members that are chosen; undefined where that isn't known before Terraform runs. */
  get members(): readonly IFleetMember[] | undefined {
    return this.policy._choose(this.namespace.fleet);
  }

  /** How much of what is in the namespace is placed, too. @internal */
  get _contents(): "nothing" | "some" | "everything" {
    switch (this.props.selectionScope) {
      case "NamespaceOnly":
        return "nothing";
      case "NamespaceWithResourceSelectors":
        return "some";
      default:
        return "everything";
    }
  }

  /** Whether the fleet brings changes to members by itself, so that they can be waited for. @internal */
  get _rollsOut(): boolean {
    return this.props.rolloutType !== "External" && this.props.applyType !== "ReportDiff";
  }

  /** Makes the placement wait for something that must exist before it is rolled out, e.g. an override. */
  addDependency(dependency: ITerraformDependable): void {
    this.dependencies.push(dependency);
  }

  private *check(): Generator<string> {
    yield* checkDnsLabel("placement", this.name);
    yield* this.policy._check(this.namespace.fleet);
    yield* checkStrategy(this.props, this.policy);
    yield* this.checkSelection();
    for (const other of ClusterResourcePlacement.of(this)) {
      if (
        other !== this &&
        other.name === this.name &&
        isSameFleet(other.namespace.fleet, this.namespace.fleet)
      ) {
        yield `name: "${this.name}" is also the name of the placement at ${other.node.path}; give one of them another name.`;
      }
    }
  }

  private *checkSelection(): Generator<string> {
    const { namespace, selectors = [], selectionScope, statusReportingScope } = this.props;
    yield* checkOneOf("selectionScope", selectionScope, [
      "NamespaceOnly",
      "NamespaceWithResources",
      "NamespaceWithResourceSelectors",
    ]);
    yield* checkOneOf("statusReportingScope", statusReportingScope, [
      "ClusterScopeOnly",
      "NamespaceAccessible",
    ]);
    if (selectors.length > MAX_SELECTORS) {
      yield `selectors: has ${selectors.length} selectors, and a placement takes ${MAX_SELECTORS} beside the namespace; choose by labels, or write a second placement.`;
    }
    const someOfIt = selectionScope === "NamespaceWithResourceSelectors";
    yield* checkSelectors(
      selectors,
      namespace.workloads.flatMap(({ objects }) => objects),
      {
        clusterScoped: true,
        namespaced: someOfIt,
        advice:
          'choose it with selectionScope "NamespaceWithResourceSelectors", or by a ResourcePlacement, or leave it to its namespace',
      },
    );
    for (const [index, selector] of selectors.entries()) {
      if (!isNamespace(selector)) {
        continue;
      }
      if (selector.name === namespace.name) {
        yield `selectors[${index}]: chooses the namespace "${namespace.name}", which the placement chooses already; leave the selector out.`;
      }
      if (someOfIt) {
        yield `selectors[${index}]: chooses another namespace, which can't be with selectionScope "NamespaceWithResourceSelectors"; write a placement of its own for it.`;
      }
      if (statusReportingScope === "NamespaceAccessible") {
        yield `statusReportingScope: "NamespaceAccessible" keeps the status in the one namespace that is chosen, and selectors[${index}] chooses others; leave one of the two out.`;
      }
    }
  }
}
