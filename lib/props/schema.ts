/** What a value of a type is, as far as it can be seen when an app runs. */
export type Node =
  /**
   * `text`, `secret` (a text that nobody is shown), `number`, `flag` (true or false), `function`, `dependable` (what Terraform can depend on), `any`, `null`,
   * `nothing` (what must not be given); or the name of a type that is described by itself.
   */
  | string
  | { readonly list: Node }
  /** Values by name. */
  | { readonly map: Node }
  /** One of a few values. */
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly anyOf: readonly Node[] }
  /** An object of these fields; `open` where it may have others. A name that ends with `?` need not be given. */
  | { readonly fields: Readonly<Record<string, Node>>; readonly open?: true }
  /** An object of a class of this library, by the class' mark. */
  | { readonly is: string }
  /** Something that has these members: a construct, or an object of a class. */
  | { readonly has: readonly string[] };

/** Types by name. */
export type Schema = Readonly<Record<string, Node>>;
