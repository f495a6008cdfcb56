import { Construct, type IConstruct } from "constructs";
import { acknowledgementsAt } from "./acknowledged";
import { findingsBelow } from "./check";
import { finding, ruleOf } from "./finding";

/**
 * Lets a construct, and everything below it, break a rule, for example because Azure or the fleet has changed since the
 * rule was written. `cdktf synth`, `aks-fleet show` and the report list what was let through, with the reason.
 * @param construct where the finding is, or any scope around it, e.g. a stack
 * @param rule id of the rule: the part in brackets at the end of the finding, listed in docs/checks.md
 * @param reason why the rule does not apply here, for reviewers
 * @throws if the reason is missing or empty. Acknowledging a rule that finds nothing here is a finding of its own.
 */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  if (!Construct.isConstruct(construct)) {
    throw new Error(
      finding(
        "acknowledgement-place",
        `the acknowledgement of "${rule}" is not for a construct; pass the construct that may break the rule.`,
      ),
    );
  }
  if (typeof reason !== "string" || reason.trim() === "") {
    throw new Error(
      finding(
        "acknowledgement-reason",
        `[${construct.node.path}] the acknowledgement of "${rule}" has no reason; say why the rule does not apply here.`,
      ),
    );
  }
  acknowledgementsAt(construct).push({ rule, reason: reason.trim() });
  // Not through addCheck: this validation runs those checks itself.
  construct.node.addValidation({
    validate: () =>
      findingsBelow(construct).some((found) => ruleOf(found) === rule)
        ? []
        : [
            finding(
              "acknowledgement-unused",
              `"${rule}" is acknowledged, but no rule with this id finds anything here; remove the acknowledgement or correct the id (docs/checks.md lists them).`,
            ),
          ],
  });
}
