import { Construct, type IConstruct } from "constructs";
import { acknowledgementsAt } from "./acknowledged";
import { findingsBelow } from "./check";
import { finding, ruleOf } from "./finding";

/**
 * Lets a construct, and everything below it, break a rule: for where Azure or the fleet has moved on from what the rule was
 * written against. What was let through is listed, with the reason, by `cdktf synth`, `aks-fleet show` and the report.
 * @param construct where the finding is, or any scope around it, e.g. a stack
 * @param rule id of the rule: it stands in brackets at the end of the finding, and in docs/checks.md
 * @param reason why the rule does not apply here, for whoever reviews it
 * @throws without a reason. An id that nothing here needs, a misspelt one for example, is a finding of its own.
 */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  if (!Construct.isConstruct(construct)) {
    throw new Error(
      finding(
        "acknowledgement-place",
        `the acknowledgement of "${rule}" names no construct; give the one that may break the rule.`,
      ),
    );
  }
  if (typeof reason !== "string" || reason.trim() === "") {
    throw new Error(
      finding(
        "acknowledgement-reason",
        `[${construct.node.path}] the acknowledgement of "${rule}" gives no reason; say why the rule does not apply here.`,
      ),
    );
  }
  acknowledgementsAt(construct).push({ rule, reason: reason.trim() });
  // Not by addCheck: it asks what those checks find.
  construct.node.addValidation({
    validate: () =>
      findingsBelow(construct).some((found) => ruleOf(found) === rule)
        ? []
        : [
            finding(
              "acknowledgement-unused",
              `"${rule}" is acknowledged, but no rule with this id finds anything here; remove the acknowledgement, or correct the id (docs/checks.md lists them).`,
            ),
          ],
  });
}
