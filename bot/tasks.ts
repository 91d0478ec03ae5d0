/** Work that goes on after Slack had its answer. */
export interface Tasks {
  /** Never throws: what fails goes to `onError`. */
  run(work: () => Promise<void>, onError: (error: unknown) => void): void;
  /** Resolves when nothing runs any more, also of what is added meanwhile. */
  drain(): Promise<void>;
}

export function createTasks(): Tasks {
  const running = new Set<Promise<void>>();
  return {
    run(work, onError) {
      const task = work()
        .catch(onError)
        .finally(() => running.delete(task));
      running.add(task);
    },
    async drain() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
