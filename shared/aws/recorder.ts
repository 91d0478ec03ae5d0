import {
  type ConfigServiceClient,
  type ConfigurationRecorder,
  DescribeConfigurationRecorderStatusCommand,
  DescribeConfigurationRecordersCommand,
  type RecordingGroup,
} from '@aws-sdk/client-config-service';
import { KeyturnError } from '../errors.ts';
import { asking } from './aws-error.ts';

/**
 * Whether AWS Config records IAM users in this region; if not, what follows from it, for people.
 * The scan can go on without (IAM is asked instead), the runbook cannot: it finds users through Config.
 *
 * @throws KeyturnError `config-recorder-missing`: then no rule is evaluated and its results mean nothing.
 */
export async function recorderWarnings(config: ConfigServiceClient, region: string): Promise<string[]> {
  const [{ ConfigurationRecorders: recorders = [] }, { ConfigurationRecordersStatus: statuses = [] }] =
    await Promise.all([
      asking(
        'config:DescribeConfigurationRecorders',
        config.send(new DescribeConfigurationRecordersCommand({})),
      ),
      asking(
        'config:DescribeConfigurationRecorderStatus',
        config.send(new DescribeConfigurationRecorderStatusCommand({})),
      ),
    ]);
  if (recorders.length === 0) {
    throw new KeyturnError('config-recorder-missing', `AWS Config has no recorder in ${region}.`);
  }
  const ofUsers = recorders.filter(recordsUsers);
  if (ofUsers.length === 0) {
    return [
      `AWS Config does not record IAM users in ${region}: the runbook cannot find them there. ` +
        'Add AWS::IAM::User to the recorder, or use the region that records IAM.',
    ];
  }
  const running = statuses.filter(({ recording }) => recording).map(({ name }) => name);
  if (ofUsers.some(({ name }) => running.includes(name))) return [];
  return [
    `The AWS Config recorder in ${region} is stopped: what Config says may be out of date. ` +
      'Start it (aws configservice start-configuration-recorder).',
  ];
}

/**
 * Source: AWS Config API Reference, RecordingGroup. IAM users are a global resource type, which
 * "all supported types" takes in only when it is told to.
 */
function recordsUsers({ recordingGroup = {} }: ConfigurationRecorder): boolean {
  switch (strategyOf(recordingGroup)) {
    case 'EXCLUSION_BY_RESOURCE_TYPES':
      return !recordingGroup.exclusionByResourceTypes?.resourceTypes?.includes('AWS::IAM::User');
    case 'INCLUSION_BY_RESOURCE_TYPES':
      return recordingGroup.resourceTypes?.includes('AWS::IAM::User') === true;
    default:
      return recordingGroup.includeGlobalResourceTypes === true;
  }
}

/** Recorders older than the recording strategies have none. */
function strategyOf({ recordingStrategy, allSupported }: RecordingGroup): string {
  const older = allSupported ? 'ALL_SUPPORTED_RESOURCE_TYPES' : 'INCLUSION_BY_RESOURCE_TYPES';
  return recordingStrategy?.useOnly ?? older;
}
