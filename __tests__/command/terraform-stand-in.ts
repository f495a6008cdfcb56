import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the stand-in for Terraform answers in the folder of a stack. */
export interface StandIn {
  readonly deployed?: true;
  /** What `show -json` says of the plan. */
  readonly plan?: string;
  /** What `plan`, or `apply`, fails with. */
  readonly planError?: string;
  readonly applyError?: string;
  /** How long `apply` and `plan` work, in seconds. */
  readonly takes?: number;
  readonly planTakes?: number;
}

/** Speaks as Terraform does, of a world that lies in a folder of its own. What is applied has no more to change there. */
const PROGRAM = `#!/bin/sh
world=$(dirname "$0")
stack=$(basename "$PWD")
its=$world/$stack
echo "$stack $*" >> "$world/asked"
work() {
  if [ ! -f "$1" ]; then return; fi
  i=0
  while [ "$i" -lt "$(cat "$1")" ]; do sleep 1; i=$((i + 1)); done
}
fail() { printf '╷\\n│ Error: %s\\n╵\\n' "$1" >&2; exit 1; }
command=$1
for one in "$@"; do
  case $one in -out=*) out=\${one#-out=};; esac
  last=$one
done
case $command in
  init) cp "$world/providers" .terraform.lock.hcl;;
  state) if [ -f "$its/deployed" ]; then echo null_resource.a; else fail 'No state file was found!'; fi;;
  plan)
    work "$its/planTakes"
    if [ -f "$its/planError" ]; then fail "$(cat "$its/planError")"; else cp "$its/plan" "$out"; fi;;
  show) cat "$last";;
  apply)
    trap 'echo "$stack" >> "$world/interrupted"' INT
    echo 'null_resource.a: Creating...'
    echo "$stack" >> "$world/started"
    work "$its/takes"
    if [ -f "$its/applyError" ]; then fail "$(cat "$its/applyError")"; fi
    cp "$last" "$its/applied"
    cp "$world/unchanged" "$its/plan"
    touch "$its/deployed"
    echo "$stack" >> "$world/applied"
    echo 'Apply complete!';;
esac
`;

type Notes = "asked" | "started" | "interrupted" | "applied";

export class World {
  readonly terraform: string;

  /** @param unchanged a plan that changes nothing */
  constructor(
    readonly folder: string,
    unchanged: string,
  ) {
    mkdirSync(folder, { recursive: true });
    this.terraform = join(folder, "terraform");
    writeFileSync(this.terraform, PROGRAM);
    chmodSync(this.terraform, 0o755);
    writeFileSync(join(folder, "unchanged"), unchanged);
    this.providers = "# as they were";
  }

  /** What `init` writes into the lock file. */
  set providers(text: string) {
    writeFileSync(join(this.folder, "providers"), text);
  }

  /** `undefined` takes away what was said. */
  set(stacks: Record<string, { [K in keyof StandIn]: StandIn[K] | undefined }>): void {
    for (const [name, stack] of Object.entries(stacks)) {
      const folder = join(this.folder, name);
      mkdirSync(folder, { recursive: true });
      for (const [what, value] of Object.entries(stack)) {
        if (value === undefined) rmSync(join(folder, what), { force: true });
        else writeFileSync(join(folder, what), String(value));
      }
    }
  }

  noted(what: Notes): string[] {
    const file = join(this.folder, what);
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  }

  /** The plan that was applied last to a stack. */
  applied(stack: string): string {
    return readFileSync(join(this.folder, stack, "applied"), "utf8");
  }
}
