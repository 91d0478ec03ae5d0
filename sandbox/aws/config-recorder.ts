import { z } from 'zod';
import { configOf } from './account.ts';
import type { RecordedUser, Recorder } from './config-state.ts';
import { AwsFailure } from './failure.ts';
import { type Answer, type Call, type Operation, operation } from './operation.ts';
import { pageOf } from './paging.ts';

const recorderName = 'default';
const Recorders = z.object({ ConfigurationRecorderNames: z.array(z.string()).default([]) });
const Discovered = z.object({
  resourceType: z.string(),
  resourceIds: z.array(z.string()).default([]),
  resourceName: z.string().optional(),
  // AWS takes 0 for "the default".
  limit: z.number().int().min(0).max(100).default(0),
  nextToken: z.string().optional(),
});

/** Config's operations on its recorder and the resources that it has discovered. */
export const recorderOperations: Readonly<Record<string, Operation>> = {
  DescribeConfigurationRecorders: operation(Recorders, (input, call) => {
    const { account } = call;
    return {
      ConfigurationRecorders: recordersNamed(input.ConfigurationRecorderNames, call).map((recorder) => ({
        name: recorderName,
        arn: `arn:aws:config:${call.region}:${account.id}:configuration-recorder/${recorderName}`,
        roleARN: `arn:aws:iam::${account.id}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
        recordingGroup: recordingGroup(recorder),
      })),
    };
  }),

  DescribeConfigurationRecorderStatus: operation(Recorders, (input, call) => ({
    ConfigurationRecordersStatus: recordersNamed(input.ConfigurationRecorderNames, call).map(
      ({ recording }) => ({
        name: recorderName,
        recording,
        lastStartTime: call.account.createdAt,
        lastStatus: 'SUCCESS',
      }),
    ),
  })),

  ListDiscoveredResources: operation(Discovered, listDiscovered),
};

function listDiscovered(input: z.output<typeof Discovered>, call: Call): Answer {
  const { resourceIds, resourceName } = input;
  if (resourceIds.length > 20) throw invalidParameter('You can specify at most 20 resource IDs.');
  if (resourceIds.length > 0 && resourceName !== undefined) {
    throw invalidParameter('You can specify either resource IDs or a resource name, but not both.');
  }
  const wanted = (user: RecordedUser) =>
    (resourceIds.length === 0 || resourceIds.includes(user.id)) &&
    (resourceName === undefined || resourceName === user.name);
  const { recordedUsers } = configOf(call.account, call.region);
  const users =
    input.resourceType === 'AWS::IAM::User' ? recordedUsers.values().filter(wanted).toArray() : [];
  const invalid = new AwsFailure('InvalidNextTokenException', 'The nextToken provided is invalid');
  const page = pageOf(users, input.limit === 0 ? 100 : input.limit, input.nextToken, invalid);
  return {
    resourceIdentifiers: page.items.map(({ id, name }) => ({
      resourceType: 'AWS::IAM::User',
      resourceId: id,
      resourceName: name,
    })),
    nextToken: page.next,
  };
}

function invalidParameter(message: string): AwsFailure {
  return new AwsFailure('ValidationException', message);
}

function recordersNamed(names: readonly string[], { account, region }: Call): Recorder[] {
  const { recorder } = configOf(account, region);
  const unknown = names.find((name) => !recorder || name !== recorderName);
  if (unknown === undefined) return recorder ? [recorder] : [];
  throw new AwsFailure(
    'NoSuchConfigurationRecorderException',
    `Cannot find configuration recorder with the specified name '${unknown}'.`,
  );
}

/** Global types such as IAM's are part of `all` only where the flag says so. */
function recordingGroup({ types }: Recorder): Answer {
  if (types === 'all' || types === 'all-but-iam') {
    return {
      allSupported: true,
      includeGlobalResourceTypes: types === 'all',
      resourceTypes: [],
      recordingStrategy: { useOnly: 'ALL_SUPPORTED_RESOURCE_TYPES' },
    };
  }
  return {
    allSupported: false,
    includeGlobalResourceTypes: false,
    resourceTypes: types,
    recordingStrategy: { useOnly: 'INCLUSION_BY_RESOURCE_TYPES' },
  };
}
