import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Execution } from './automation.ts';
import { AwsFailure } from './failure.ts';
import { type Answer, type Call, type Operation, operation } from './operation.ts';
import { DocumentName, DocumentVersion, isRunbook, resolveVersion } from './ssm-documents.ts';

const Start = z.object({
  DocumentName,
  DocumentVersion,
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
  ClientToken: z
    .string()
    .regex(/^[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}$/)
    .optional(),
  Tags: z
    .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
    .max(5)
    .default([]),
});

/** The runbook's parameters, as its document declares them. */
const parameterPatterns: Readonly<Record<string, RegExp>> = {
  AutomationAssumeRole: /^arn:aws(?:-[a-z-]+)?:iam::\d{12}:role\/[\w+=,.@/-]+$/,
  IAMResourceId: /^[\w+=,.@_-]{1,128}$/,
  MaxCredentialUsageAge: /^(?:\d|[1-9]\d{1,3}|10000)$/,
};
const requiredParameters = ['AutomationAssumeRole', 'IAMResourceId'];

/** Starts the runbook. The same ClientToken with the same request answers with the execution that it started before. */
export const startOperations: Readonly<Record<string, Operation>> = {
  StartAutomationExecution: operation(Start, (input, call) => {
    const documentVersion = versionOf(input, call);
    checkParameters(input.Parameters, call);
    const execution = newExecution(input, documentVersion, call);
    const earlier = sameToken(execution, call);
    if (!earlier) call.world.automation.executions.push(execution);
    return { AutomationExecutionId: (earlier ?? execution).id } satisfies Answer;
  }),
};

function versionOf(input: z.output<typeof Start>, { world }: Call): string {
  if (!isRunbook(input.DocumentName)) {
    throw new AwsFailure(
      'AutomationDefinitionNotFoundException',
      `Automation definition with name ${input.DocumentName} could not be found`,
    );
  }
  const version = resolveVersion(world, input.DocumentVersion);
  if (world.automation.documentHashes.has(version)) return version;
  throw new AwsFailure(
    'AutomationDefinitionVersionNotFoundException',
    `Version ${version} of the automation definition could not be found`,
  );
}

function checkParameters(parameters: z.output<typeof Start>['Parameters'], { world, account }: Call): void {
  for (const name of requiredParameters) {
    if (!parameters[name]) throw invalidParameters(`Missing required parameter: ${name}`);
  }
  for (const [name, [value = '', ...more]] of Object.entries(parameters)) {
    const pattern = parameterPatterns[name];
    if (!pattern) throw invalidParameters(`The document does not define the parameter ${name}`);
    if (more.length > 0) throw invalidParameters(`Parameter ${name} is a String and takes one value`);
    if (!pattern.test(value)) {
      throw invalidParameters(`Parameter "${name}" has value "${value}" not matching "${pattern.source}".`);
    }
  }
  const role = world.roleByArn(parameters['AutomationAssumeRole']?.[0] ?? '');
  const assumable = role?.accountId === account.id && role.trust.kind === 'service';
  if (!assumable) throw invalidParameters('The defined assume role is unable to be assumed.');
}

function invalidParameters(message: string): AwsFailure {
  return new AwsFailure('InvalidAutomationExecutionParametersException', message);
}

function newExecution(input: z.output<typeof Start>, documentVersion: string, call: Call): Execution {
  return {
    id: randomUUID(),
    account: call.account,
    region: call.region,
    documentVersion,
    parameters: input.Parameters,
    tags: new Map(input.Tags.map(({ Key, Value }) => [Key, Value])),
    executedBy: call.caller.arn,
    clientToken: input.ClientToken,
    startedAt: call.now,
    endedAt: undefined,
    status: 'Pending',
    output: undefined,
    failure: undefined,
  };
}

function sameToken(wanted: Execution, { world, account }: Call): Execution | undefined {
  if (wanted.clientToken === undefined) return undefined;
  const earlier = world.automation.executions.find(
    (execution) => execution.account === account && execution.clientToken === wanted.clientToken,
  );
  if (earlier && fingerprint(earlier) !== fingerprint(wanted)) {
    throw new AwsFailure(
      'IdempotentParameterMismatch',
      'The client token was used before, with other parameters.',
    );
  }
  return earlier;
}

function fingerprint({ documentVersion, parameters, tags }: Execution): string {
  return JSON.stringify([documentVersion, Object.entries(parameters).toSorted(), [...tags].toSorted()]);
}
