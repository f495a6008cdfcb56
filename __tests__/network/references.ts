import type { StackJson } from "../synth";

type Block = Record<string, unknown>;

function find(stack: StackJson, path: string): { address: string; block: Block } {
  for (const [type, blocks] of Object.entries(stack.resource ?? {})) {
    for (const [id, { "//": comment, ...block }] of Object.entries(blocks)) {
      const { metadata } = comment as { metadata: { path: string } };
      if (metadata.path.split("/").slice(1).join("/") === path) {
        return { address: `${type}.${id}`, block };
      }
    }
  }
  throw new Error(`nothing was synthesized at ${path}`);
}

/** The synthesized resource at a path below the stack, without CDKTF's metadata. */
export function at(stack: StackJson, path: string): Block {
  return find(stack, path).block;
}

/** Terraform's address of the resource at a path: what `depends_on` holds. */
export function address(stack: StackJson, path: string): string {
  return find(stack, path).address;
}

/** A reference to an attribute of the resource at a path. */
export function reference(stack: StackJson, path: string, attribute = "id"): string {
  return `\${${address(stack, path)}.${attribute}}`;
}
