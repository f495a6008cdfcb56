/** How `status` sorts members; "state": unhealthy first. */
export const SORTS = ["state", "name", "version", "heartbeat", "nodes"] as const;
export type Sort = (typeof SORTS)[number];
