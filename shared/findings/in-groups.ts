/** The answers in the questions' order; at most `size` questions are under way at the same time. */
export async function inGroups<Question, Answer>(
  questions: readonly Question[],
  size: number,
  ask: (question: Question) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < questions.length; start += size) {
    answers.push(...(await Promise.all(questions.slice(start, start + size).map(ask))));
  }
  return answers;
}
