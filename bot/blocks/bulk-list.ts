import { countOf } from '../../shared/keys/written-moments.ts';
import type { BulkDraft } from '../../shared/remediation/bulk-ports.ts';
import { oneLine } from '../../shared/trail/text.ts';
import type { Attachment } from './run-output.ts';

/** Who is in a bulk request and who is not, as a file for the thread: tabs between the columns. */
export function bulkList({ plan, leftOut }: Pick<BulkDraft, 'plan' | 'leftOut'>): Attachment {
  const within = plan.users.map(({ userName, userId, issue, keys, deletesLoginProfile }) =>
    row(
      userName,
      userId,
      `#${issue}`,
      countOf(keys, 'key'),
      deletesLoginProfile ? 'DELETES the console password' : '',
    ),
  );
  const without = leftOut.map(({ userName, userId, issue, why }) =>
    row(userName ?? '', userId, `#${issue}`, 'left out', why),
  );
  const content = `${[row('user', 'id', 'issue', 'what', 'more'), ...within, ...without].join('\n')}\n`;
  return { filename: 'bulk-request.tsv', title: 'The users of the bulk request', content };
}

function row(...cells: readonly string[]): string {
  return cells.map(oneLine).join('\t').trimEnd();
}
