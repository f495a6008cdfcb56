declare const checked: unique symbol;

/** What a check found: a sentence for the person who has to fix it, and the id of the check. */
export type Finding = string & { readonly [checked]: true };

/**
 * Makes a finding.
 * @param id id of the check, in words with hyphens; `docs/checks.md` explains it
 * @param text what is wrong, the value, what is allowed, and what to do
 */
export function finding(id: string, text: string): Finding {
  return `${text} [${id}]` as Finding;
}

/** A finding, prefixed with what it is part of: `cluster "east": …`. */
export function within(what: string, found: Finding): Finding {
  return `${what}: ${found}` as Finding;
}

/** The id of the rule that a finding belongs to. */
export function ruleOf(found: Finding): string | undefined {
  return / \[([-a-z0-9]+)\]$/.exec(found)?.[1];
}
