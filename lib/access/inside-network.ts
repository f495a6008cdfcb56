import { type Finding, finding } from "../checks/finding";

/**
 * Refuses a private API unless the app states that it runs inside the network.
 * @param whose the owner of the API, e.g. `the hub of fleet "store"`
 */
export function* checkInsideNetwork(whose: string, insideNetwork: boolean | undefined): Generator<Finding> {
  if (!insideNetwork) {
    yield finding(
      "private-api-from-outside",
      `insideNetwork: ${whose} is private, and its API can only be reached from inside its network; run this there (on a build agent or a bastion inside the network, or over a VPN) and set insideNetwork: true, or it times out.`,
    );
  }
}
