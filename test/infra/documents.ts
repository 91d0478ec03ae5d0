/** The IAM documents of a deployed stack. */
import { z } from 'zod';
import type { Stack } from './stack.ts';
import type { Json } from './template.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const json = z.json();

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: json.optional(),
  Action: oneOrMore,
  Resource: oneOrMore.optional(),
  Condition: z.record(z.string(), json).optional(),
});
export const documentSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(statement),
});

const roleSchema = z.looseObject({
  AssumeRolePolicyDocument: json,
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: json })).default([]),
});

export interface StackRole {
  readonly name: string;
  readonly trust: Json;
  readonly policies: readonly { readonly name: string; readonly policy: Json }[];
  readonly managedPolicyArns: readonly string[];
}

export function rolesOf(stack: Stack): StackRole[] {
  return [...stack].flatMap(([name, { type, properties }]) => {
    if (type !== 'AWS::IAM::Role') return [];
    const role = roleSchema.parse(properties);
    return [
      {
        name,
        trust: role.AssumeRolePolicyDocument,
        policies: role.Policies.map(({ PolicyName, PolicyDocument }) => ({
          name: PolicyName,
          policy: PolicyDocument,
        })),
        managedPolicyArns: role.ManagedPolicyArns,
      },
    ];
  });
}

export function roleOf(stack: Stack, name: string): StackRole {
  const role = rolesOf(stack).find((candidate) => candidate.name === name);
  if (!role) throw new Error(`The stack has no role ${name}`);
  return role;
}

/** All statements of a role's own policies. */
export function statementsOf({ policies }: StackRole): z.infer<typeof statement>[] {
  return policies.flatMap(({ policy }) => documentSchema.parse(policy).Statement);
}
