declare const checked: unique symbol;

/** What a check found: a sentence for the person who must mend it, and the id of its check. */
export type Finding = string & { readonly [checked]: true };

/**
 * What a check found.
 * @param id the check's, by which `docs/checks.md` tells why there is one and what to do: words with hyphens
 * @param text what is wrong, with the value, what is allowed, and what to do
 */
export function finding(id: string, text: string): Finding {
  return `${text} [${id}]` as Finding;
}

/** What a check found, said of what it is part of: `cluster "east": …`. */
export function within(what: string, found: Finding): Finding {
  return `${what}: ${found}` as Finding;
}

/** The id of the rule that a finding is of. */
export function ruleOf(found: Finding): string | undefined {
  return / \[([-a-z0-9]+)\]$/.exec(found)?.[1];
}
