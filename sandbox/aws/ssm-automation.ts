import type { Operation } from './operation.ts';
export const automationOperations: Readonly<Record<string, Operation>> = {};
