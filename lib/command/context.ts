import type { loadKubeconfig } from "./client/kubeconfig";
import type { Clock } from "./terminal/clock";
import type { Environment } from "./terminal/environment";
import type { Size } from "./terminal/redraw";

export interface CommandContext {
  environment: Environment;
  print: (line: string) => void;
  complain: (line: string) => void;
  /** For tests: another time, and a cluster without a kubeconfig. */
  clock?: Clock;
  load?: typeof loadKubeconfig;
  /** What is on the screen may be coloured and redrawn. */
  terminal?: boolean;
  /** How large the terminal is now; undefined: nobody knows. */
  size?: () => Size | undefined;
  /** Asks whoever sits there; absent: nobody does. */
  ask?: (question: string) => Promise<boolean>;
  /** Calls `act` in place of ending when the command is to be stopped, until the returned function is called. */
  onStop?: (act: (signal: string) => void) => () => void;
}
