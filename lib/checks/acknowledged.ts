import type { IConstruct } from "constructs";

const ACKNOWLEDGED = Symbol.for("cdktf-aks-fleet/Acknowledged");

export interface Acknowledgement {
  /** The id of the rule that may be broken. */
  readonly rule: string;
  readonly reason: string;
}

/** What is acknowledged at a construct itself; to be added to. */
export function acknowledgementsAt(construct: IConstruct): Acknowledgement[] {
  const holder = construct as { [ACKNOWLEDGED]?: Acknowledgement[] };
  if (!holder[ACKNOWLEDGED]) {
    Object.defineProperty(construct, ACKNOWLEDGED, { value: [] });
  }
  return holder[ACKNOWLEDGED] as unknown as Acknowledgement[];
}

/** Why a construct may break a rule: as acknowledged at it, or at a scope around it. */
export function acknowledgedReason(construct: IConstruct, rule: string | undefined): string | undefined {
  return construct.node.scopes
    .flatMap(acknowledgementsAt)
    .find((acknowledgement) => acknowledgement.rule === rule)?.reason;
}
