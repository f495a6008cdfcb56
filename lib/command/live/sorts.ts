/** What members are sorted by on the screen of `status`; "state": what is not in order first. */
export const SORTS = ["state", "name", "version", "heartbeat", "nodes"] as const;
export type Sort = (typeof SORTS)[number];
