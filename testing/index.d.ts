// For TypeScript with `moduleResolution: node`, which reads no `exports`.
export * from "../dist/lib/testing";
