const PREFIX = "fleet-member-";

/** The hub's namespace of what a member gets and reports. */
export function memberNamespace(member: string): string {
  return `${PREFIX}${member}`;
}

/** The member that a namespace of the hub is of; undefined: none. */
export function memberOf(namespace: string | undefined): string | undefined {
  return namespace?.startsWith(PREFIX) ? namespace.slice(PREFIX.length) : undefined;
}
