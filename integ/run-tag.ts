/** The tag that tells what a run has made. */
export const RUN_TAG = "aks-fleet-integ";
