import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { IFleet } from "../../fleet/fleet";

/** An object of this app, or the name of one that is not of this app. */
type Named = { readonly name: string; readonly manifest: Manifest } | string;

export function nameOf(one: Named): string {
  return typeof one === "object" ? one.name : one;
}

/** Whose hub the object is on; undefined of a mere name. */
export function fleetOf(one: { readonly fleet: IFleet } | string | undefined): IFleet | undefined {
  return typeof one === "object" ? one.fleet : undefined;
}

/** What this app makes of what is named: what must exist before whatever refers to it. */
export function manifestsOf(...named: readonly Named[]): Manifest[] {
  return named.flatMap((one) => (typeof one === "object" ? [one.manifest] : []));
}
