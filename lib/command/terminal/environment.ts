/** Environment variables, as in `process.env`. */
export type Environment = Record<string, string | undefined>;
