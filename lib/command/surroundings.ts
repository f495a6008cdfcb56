import type { loadKubeconfig } from "./client/kubeconfig";
import type { Clock } from "./terminal/clock";
import type { Environment } from "./terminal/environment";
import type { Size } from "./terminal/redraw";

export interface Surroundings {
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
}
