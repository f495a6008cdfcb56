import { type Finding, finding } from "../checks/finding";

/**
 * Yields that an API that is private would be asked from outside of its network, where nobody said otherwise.
 * @param whose what has the API, e.g. `the hub of fleet "store"`
 */
export function* checkInsideNetwork(whose: string, insideNetwork: boolean | undefined): Generator<Finding> {
  if (!insideNetwork) {
    yield finding(
      "private-api-from-outside",
      `insideNetwork: ${whose} is private, and its API is reached from inside of its network only; run this there (a build agent or a bastion inside of the network, or a VPN) and set insideNetwork: true, or it waits in vain.`,
    );
  }
}
