/** A sentence about one of many accounts, which names it, and once. */
export function ofAccount(accountId: string, sentence: string): string {
  return sentence.includes(accountId) ? sentence : `Account ${accountId}: ${sentence}`;
}
