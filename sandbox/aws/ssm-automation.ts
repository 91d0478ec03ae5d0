import { z } from 'zod';
import { documentName, type Execution } from './automation.ts';
import { AwsFailure } from './failure.ts';
import { type Answer, type Call, type Operation, operation } from './operation.ts';
import { pageOf } from './paging.ts';

const retentionMs = 30 * 86_400_000;
const Filter = z.object({
  Key: z.enum([
    'DocumentNamePrefix',
    'ExecutionStatus',
    'ExecutionId',
    'StartTimeBefore',
    'StartTimeAfter',
    'TagKey',
  ]),
  Values: z.array(z.string().min(1).max(150)).min(1).max(10),
});
const Describe = z.object({
  Filters: z.array(Filter).max(10).default([]),
  MaxResults: z.number().int().min(1).max(50).default(50),
  NextToken: z.string().optional(),
});

/** Systems Manager's reads of automation executions, which are kept for 30 days. */
export const automationOperations: Readonly<Record<string, Operation>> = {
  GetAutomationExecution: operation(
    z.object({ AutomationExecutionId: z.string().length(36) }),
    (input, call) => {
      const id = input.AutomationExecutionId;
      const execution = kept(call).find((candidate) => candidate.id === id);
      if (!execution) {
        throw new AwsFailure(
          'AutomationExecutionNotFoundException',
          `Couldn't find automation execution ${id}.`,
        );
      }
      return {
        AutomationExecution: {
          ...executionAnswer(execution),
          Parameters: execution.parameters,
          StepExecutions: [stepAnswer(execution)],
        },
      };
    },
  ),

  // Rows carry neither tags nor steps.
  DescribeAutomationExecutions: operation(Describe, (input, call) => {
    const found = kept(call).filter((execution) =>
      input.Filters.every((filter) => passes(execution, filter)),
    );
    const invalid = new AwsFailure('InvalidNextToken', 'The specified token is not valid.');
    const page = pageOf(found.toReversed(), input.MaxResults, input.NextToken, invalid);
    return { AutomationExecutionMetadataList: page.items.map(executionAnswer), NextToken: page.next };
  }),
};

function kept({ world, account, region, now }: Call): Execution[] {
  return world.automation.executions.filter(
    (execution) =>
      execution.account === account &&
      execution.region === region &&
      now.getTime() - execution.startedAt.getTime() <= retentionMs,
  );
}

function passes(execution: Execution, { Key, Values }: z.output<typeof Filter>): boolean {
  switch (Key) {
    case 'DocumentNamePrefix':
      return Values.some((value) => documentName.startsWith(value));
    case 'ExecutionStatus':
      return Values.includes(execution.status);
    case 'ExecutionId':
      return Values.includes(execution.id);
    case 'StartTimeBefore':
      return Values.some((value) => execution.startedAt.getTime() < instant(value));
    case 'StartTimeAfter':
      return Values.some((value) => execution.startedAt.getTime() > instant(value));
    case 'TagKey':
      return Values.some((value) => execution.tags.has(value));
  }
}

function instant(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new AwsFailure('InvalidFilterValue', `${value} is not an ISO-8601 date.`);
  return time;
}

const step = 'RevokeUnusedIAMUserCredentialsAndVerify';
const noOutput = 'No output available yet because the step is not successfully executed';

function executionAnswer(execution: Execution): Answer {
  return {
    AutomationExecutionId: execution.id,
    DocumentName: documentName,
    DocumentVersion: execution.documentVersion,
    AutomationExecutionStatus: execution.status,
    ExecutionStartTime: execution.startedAt,
    ExecutionEndTime: execution.endedAt,
    ExecutedBy: execution.executedBy,
    Mode: 'Auto',
    Outputs: { [`${step}.Output`]: [execution.output ?? noOutput] },
    FailureMessage: execution.failure,
    Targets: [],
    ...(execution.endedAt === undefined && { CurrentStepName: step, CurrentAction: 'aws:executeScript' }),
  };
}

function stepAnswer(execution: Execution): Answer {
  return {
    StepName: step,
    Action: 'aws:executeScript',
    StepStatus: execution.status,
    ExecutionStartTime: execution.startedAt,
    ExecutionEndTime: execution.endedAt,
    FailureMessage: execution.failure,
    Outputs: execution.output === undefined ? {} : { Output: [execution.output] },
  };
}
