export const FORMATS = ["markdown", "text", "json"] as const;
export type Format = (typeof FORMATS)[number];
