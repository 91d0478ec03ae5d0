import { urlPart } from './markdown.ts';
import type { RuleSnapshot } from './ports.ts';

/**
 * Where each partition has its AWS console.
 *
 * Source: AWS GovCloud (US) User Guide, "Service endpoints"; Amazon Web Services in China, "Getting started".
 */
const hosts: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

function host(partition: string): string {
  return hosts[partition] ?? 'console.aws.amazon.com';
}

/** The Config rule's page in the AWS console. */
export function ruleUrl(rule: RuleSnapshot): string {
  const region = urlPart(rule.region);
  const name = urlPart(rule.name);
  return `https://${host(rule.partition)}/config/home?region=${region}#/rules/details?configRuleName=${name}`;
}

/** The user's security credentials in the AWS console. */
export function userUrl(rule: RuleSnapshot, userName: string): string {
  return `https://${host(rule.partition)}/iam/home#/users/details/${urlPart(userName)}?section=security_credentials`;
}
