import type { TerraformStack } from "cdktf";
import { stackOf } from "./stack-of";

let collecting = false;

/**
 * Makes a stack report, beside its own, what is wrong elsewhere in the app: CDKTF stops at the first stack that
 * has something, and whoever mends it would learn of the next one in the next run.
 */
export function reportWholeApp(stack: TerraformStack): void {
  stack.node.addValidation({
    validate: () => {
      if (collecting) {
        return [];
      }
      collecting = true;
      try {
        return stack.node.root.node
          .findAll()
          .filter((construct) => construct !== construct.node.root && stackOf(construct) !== stack)
          .flatMap((construct) =>
            construct.node
              .validate()
              .map(
                (finding) =>
                  `${stackOf(construct) ? "in another stack" : "outside of the stacks"}: [${construct.node.path}] ${finding}`,
              ),
          );
      } finally {
        collecting = false;
      }
    },
  });
}
