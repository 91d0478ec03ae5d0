/** Work that goes on after Slack had its answer. */
export interface Tasks {
  /** Never throws: what fails goes to `onError`. */
  run(work: () => Promise<void>, onError: (error: unknown) => void): void;
  /** Resolves when nothing runs any more, also of what is added meanwhile. */
  drain(): Promise<void>;
}

export function createTasks(): Tasks {
  const running = new Set<Promise<void>>();
  const turn = createTurns();
  return {
    run(work, onError) {
      const task = turn()
        .then(work)
        .catch(onError)
        .finally(() => running.delete(task));
      running.add(task);
    },
    async drain() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/**
 * Lets one caller go on in each turn of the event loop: between two of them everything that has arrived is read and
 * acknowledged, so that nobody waits for an ack while others are worked for.
 */
function createTurns(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const next = (): void => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  };
  return () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(next);
    });
}
