import type { TerraformStack } from "cdktf";
import { stackOf } from "./stack-of";

let collecting = false;

/**
 * Makes a stack also report findings from the rest of the app: CDKTF stops at the first stack with an error, so each
 * run would otherwise report one stack only.
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
                  `${stackOf(construct) ? "in another stack" : "outside any stack"}: [${construct.node.path}] ${finding}`,
              ),
          );
      } finally {
        collecting = false;
      }
    },
  });
}
