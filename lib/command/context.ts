import type { loadKubeconfig } from "./client/kubeconfig";
import type { Clock } from "./terminal/clock";
import type { Environment } from "./terminal/environment";
import type { Size } from "./terminal/redraw";

export interface CommandContext {
  environment: Environment;
  print: (line: string) => void;
  complain: (line: string) => void;
  /** For tests: a fake clock, and a cluster without a kubeconfig. */
  clock?: Clock;
  load?: typeof loadKubeconfig;
  /** Output may be coloured and redrawn. */
  terminal?: boolean;
  /** The terminal's current size; undefined: unknown. */
  size?: () => Size | undefined;
  /** Asks the user; absent: not interactive. */
  ask?: (question: string) => Promise<boolean>;
  /** Calls `act` on a signal instead of exiting, until the returned function is called. */
  onStop?: (act: (signal: string) => void) => () => void;
}
