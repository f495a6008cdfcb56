/** What can't be known before a deployment: a value that only Terraform or a cluster knows. */
export class Unknown {
  /** @param why why it can't be known, in words that end a sentence: "it is known only after the apply" */
  constructor(readonly why: string) {}
}

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}
