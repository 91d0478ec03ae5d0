import { link, type Mrkdwn, md } from '../../shared/slack/mrkdwn.ts';

/** Where a runbook runs. */
export interface RunPlace {
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  readonly region: string;
}

/** Source: AWS GovCloud (US) User Guide, "Service endpoints"; Amazon Web Services in China, "Getting started". */
const hosts: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

/** Links to one automation execution in the AWS console, or to the list of them while its id is not known. */
export function executionLink({ partition, region }: RunPlace, executionId?: string): Mrkdwn {
  const base = `https://${hosts[partition] ?? hosts['aws']}/systems-manager/automation`;
  const query = `region=${encodeURIComponent(region)}`;
  return executionId === undefined
    ? link(`${base}/executions?${query}`, md`the automation executions in the AWS console`)
    : link(
        `${base}/execution/${encodeURIComponent(executionId)}?${query}`,
        md`its execution in the AWS console`,
      );
}
