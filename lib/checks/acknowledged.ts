import type { IConstruct } from "constructs";

const ACKNOWLEDGED = Symbol.for("cdktf-aks-fleet/Acknowledged");

export interface Acknowledgement {
  /** The id of the rule that may be broken. */
  readonly rule: string;
  readonly reason: string;
}

/** The acknowledgements at a construct itself, as a list to add to. */
export function acknowledgementsAt(construct: IConstruct): Acknowledgement[] {
  const holder = construct as { [ACKNOWLEDGED]?: Acknowledgement[] };
  if (!holder[ACKNOWLEDGED]) {
    Object.defineProperty(construct, ACKNOWLEDGED, { value: [] });
  }
  return holder[ACKNOWLEDGED] as unknown as Acknowledgement[];
}

/** Why a construct may break a rule, as acknowledged on it or on an enclosing scope. */
export function acknowledgedReason(construct: IConstruct, rule: string | undefined): string | undefined {
  return construct.node.scopes
    .flatMap(acknowledgementsAt)
    .find((acknowledgement) => acknowledgement.rule === rule)?.reason;
}
