import type { Principal } from "../../lib";

export const ALICE: Principal = { name: "alice", objectId: "11111111-1111-4111-8111-111111111111" };

export const TEAM: Principal = {
  name: "platform-team",
  objectId: "22222222-2222-4222-8222-222222222222",
  type: "Group",
};

export const PIPELINE: Principal = {
  name: "pipeline",
  objectId: "33333333-3333-4333-8333-333333333333",
  type: "ServicePrincipal",
};
