import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Lazy } from "cdktf";
import type { Construct } from "constructs";
import type { IFleet } from "../../fleet/fleet";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { escapeTemplates } from "../../kubernetes/escape";
import { omitUndefined } from "../../kubernetes/omit-undefined";
import type { PlacementPolicy } from "./placement-policy";
import { type PlacementStrategyProps, placementApiVersion } from "./placement-strategy";
import { unchangeable } from "./unchangeable";

interface Placement extends PlacementStrategyProps {
  readonly kind: "ClusterResourcePlacement" | "ResourcePlacement";
  readonly name: string;
  readonly namespace?: string;
  /** As the API takes them; may be lazy. */
  readonly resourceSelectors: unknown;
  readonly strategy: unknown;
  readonly policy: PlacementPolicy;
  readonly fleet: IFleet;
  readonly statusReportingScope?: string;
}

/** Creates the manifest of a placement, some fields of which are immutable. */
export function placementManifest(scope: Construct, placement: Placement): Manifest {
  const { kind, name, namespace, resourceSelectors, policy } = placement;
  return appliedManifest(scope, "Resource", {
    manifest: {
      apiVersion: placementApiVersion(placement),
      kind,
      metadata: { name, namespace },
      spec: omitUndefined({
        resourceSelectors,
        // Members may still join, or be out of service.
        policy: Lazy.anyValue({ produce: () => escapeTemplates(policy._specFor(placement.fleet)) }),
        strategy: placement.strategy,
        revisionHistoryLimit: placement.revisionHistoryLimit,
        statusReportingScope: placement.statusReportingScope,
      }),
    },
    planChecks: unchangeable(placement),
  });
}
