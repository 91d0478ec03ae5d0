import { z } from 'zod';
import { parseRunbookOutput } from '../../shared/remediation/runbook-output.ts';
import { limits } from '../../shared/slack/limits.ts';
import { codeBlock, join, type Mrkdwn, md, plain } from '../../shared/slack/mrkdwn.ts';
import { parseJson } from '../../shared/trail/parse-json.ts';

/** Something for the thread that is too long for a message. */
export interface Attachment {
  readonly filename: string;
  readonly title: string;
  readonly content: string;
}

export interface ShownOutput {
  readonly lines: readonly Mrkdwn[];
  readonly file?: Attachment;
}

const sentence = z.object({ output: z.string() });

/** What the automation says of itself: its claims in words, then its own text, as a file when it is long. */
export function showOutput(output: string): ShownOutput {
  const pretty = prettyJson(output);
  const lines = claims(output);
  if (pretty.length <= limits.inlineOutput) {
    return { lines: [...lines, codeBlock(pretty, limits.inlineOutput)] };
  }
  const file = { filename: 'automation-output.json', title: 'Output of the automation', content: pretty };
  return { lines, file };
}

function claims(output: string): Mrkdwn[] {
  const said = sentence.safeParse(parseJson(output)).data?.output;
  const claim = parseRunbookOutput(output);
  return [
    ...(said === undefined ? [] : [md`The runbook says: ${said}`]),
    ...(claim
      ? [
          md`By its own word it deactivated ${claim.deactivated.length > 0 ? join(claim.deactivated.map((id) => md`${id}`)) : md`no key`} and ${plain(claim.deletedLoginProfile ? 'deleted the console password' : 'left the console password alone')}.`,
        ]
      : []),
  ];
}

function prettyJson(text: string): string {
  const parsed = parseJson(text);
  return parsed === undefined ? text : JSON.stringify(parsed, null, 2);
}
