const PREFIX = "fleet-member-";

/** The hub's namespace for a member: its works and its status. */
export function memberNamespace(member: string): string {
  return `${PREFIX}${member}`;
}

/** The member of such a namespace; undefined for other namespaces. */
export function memberOf(namespace: string | undefined): string | undefined {
  return namespace?.startsWith(PREFIX) ? namespace.slice(PREFIX.length) : undefined;
}
