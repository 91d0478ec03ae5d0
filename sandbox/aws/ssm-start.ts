import type { Operation } from './operation.ts';
export const startOperations: Readonly<Record<string, Operation>> = {};
