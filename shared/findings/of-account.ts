/** A sentence about one of many accounts, which names it in so many words, and once. */
export function ofAccount(accountId: string, sentence: string): string {
  // An account's id in an ARN tells nobody at a glance.
  const isNamed = new RegExp(`\\baccount ${accountId}\\b`, 'i').test(sentence);
  return isNamed ? sentence : `Account ${accountId}: ${sentence}`;
}
