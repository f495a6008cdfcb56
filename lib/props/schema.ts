/** A type, as far as it can be checked at runtime. */
export type Node =
  /**
   * `text`, `secret` (a text that is never printed), `number`, `flag` (true or false), `function`, `dependable` (something for
   * `depends_on`), `any`, `null`, `nothing` (must be unset); or the name of another type in the schema.
   */
  | string
  | { readonly list: Node }
  /** Values by name. */
  | { readonly map: Node }
  /** One of these values. */
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly anyOf: readonly Node[] }
  /** An object with these fields; `open` if it may have others. A name that ends with `?` is optional. */
  | { readonly fields: Readonly<Record<string, Node>>; readonly open?: true }
  /** An object of a class of this library, by the class's mark. */
  | { readonly is: string }
  /** Something with these members: a construct, or an object of a class. */
  | { readonly has: readonly string[] };

/** Types by name. */
export type Schema = Readonly<Record<string, Node>>;
