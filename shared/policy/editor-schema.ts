import { z } from 'zod';
import { policySchema } from './schema.ts';

/** The policy file as JSON Schema (draft 2020-12): what editors check and explain, and where remedies are taken from. */
export const policyEditorSchema: z.core.JSONSchema.BaseSchema = z.toJSONSchema(policySchema, { io: 'input' });
