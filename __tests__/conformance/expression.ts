/** Terraform's string templates, read as far as the checks need: where expressions are, and what they name. */

/** `azurerm_subnet.east.id` as ["azurerm_subnet", "east", "id"]; indexes are left out. */
export type Reference = string[];

/** True if any part of the text is computed by Terraform. */
export function hasExpression(text: string): boolean {
  return expressions(text).length > 0;
}

/** True if the whole text is one or more expressions, so that its value need not be a string. */
export function isExpression(text: string): boolean {
  const [first, ...more] = expressions(text);
  return first !== undefined && more.length === 0 && first.start === 0 && first.end === text.length;
}

/** What a literal text stands for: Terraform's own escapes undone. */
export function unescapeTemplate(text: string): string {
  return text.replaceAll("$${", "${").replaceAll("%%{", "%{");
}

/** Everything that the expressions in the text refer to, without the names that a `for` binds. */
export function references(text: string): Reference[] {
  return expressions(text).flatMap(({ inner }) => {
    const bound = new Set(
      [...inner.matchAll(/\bfor\s+([\w-]+)(?:\s*,\s*([\w-]+))?\s+in\b/g)].flatMap((match) =>
        match.slice(1, 3),
      ),
    );
    return named(inner).filter(([root]) => !bound.has(root as string));
  });
}

/** Calls `visit` for every string in the value, with its path; the keys in `skip` are not entered. */
export function eachString(
  value: unknown,
  at: string,
  skip: ReadonlySet<string>,
  visit: (text: string, at: string) => void,
): void {
  if (typeof value === "string") visit(value, at);
  else if (Array.isArray(value))
    value.forEach((item, i) => void eachString(item, `${at}[${i}]`, skip, visit));
  else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      if (!skip.has(key)) eachString(item, at === "" ? key : `${at}.${key}`, skip, visit);
    }
  }
}

function expressions(text: string): { start: number; end: number; inner: string }[] {
  const found = [];
  for (let i = 0; i < text.length; i++) {
    if (text.startsWith("$${", i) || text.startsWith("%%{", i)) i += 2;
    else if (text.startsWith("${", i) || text.startsWith("%{", i)) {
      const end = closing(text, i + 2);
      found.push({ start: i, end, inner: text.slice(i + 2, end - 1) });
      i = end - 1;
    }
  }
  return found;
}

/** The index behind the brace that closes an expression; a brace inside a quoted string doesn't count. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '"') i = closingQuote(text, i + 1);
    else if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return i + 1;
  }
  return text.length;
}

/** The index of the quote that ends a string, which may hold expressions with strings of their own. */
function closingQuote(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text.startsWith("$${", i) || text.startsWith("%%{", i)) i += 2;
    else if (text.startsWith("${", i) || text.startsWith("%{", i)) i = closing(text, i + 2) - 1;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

function named(code: string): Reference[] {
  const found: Reference[] = [];
  let i = 0;
  while (i < code.length) {
    if (code[i] === '"') {
      const end = closingQuote(code, i + 1);
      found.push(...expressions(code.slice(i + 1, end)).flatMap(({ inner }) => named(inner)));
      i = end + 1;
      continue;
    }
    // A number or an attribute behind `)` or `]` starts no reference.
    const other = /^(?:\d[\w.]*|\.[\w*-]+)/.exec(code.slice(i));
    if (other) {
      i += other[0].length;
      continue;
    }
    const root = /^[A-Za-z_][\w-]*/.exec(code.slice(i));
    if (!root) {
      i++;
      continue;
    }
    const chain = [root[0]];
    i += root[0].length;
    for (;;) {
      const step = /^\.([\w*-]+)/.exec(code.slice(i));
      if (step) {
        // `list.0` and `list.*` are indexes in an older spelling.
        if (!/^[\d*]/.test(step[1] as string)) chain.push(step[1] as string);
        i += step[0].length;
      } else if (code[i] === "[") {
        const end = closingBracket(code, i + 1);
        found.push(...named(code.slice(i + 1, end)));
        i = end + 1;
      } else break;
    }
    // One name alone is a keyword, a bound name, an object's key or a function; none of them refers to a block.
    if (chain.length > 1) found.push(chain);
  }
  return found;
}

function closingBracket(code: string, from: number): number {
  let depth = 1;
  for (let i = from; i < code.length; i++) {
    if (code[i] === '"') i = closingQuote(code, i + 1);
    else if (code[i] === "[") depth++;
    else if (code[i] === "]" && --depth === 0) return i;
  }
  return code.length;
}
