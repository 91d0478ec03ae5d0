import { describe, expect, test } from '@jest/globals';
import { type BotFigures, botPage, botTable, percentile } from '../../scripts/bench-bot-figures.ts';

const figures: BotFigures = {
  firstAcks: [90],
  acks: [30, 10, 20],
  starts: [900, 800, 1_000],
  firstStart: 1_600,
  answered: 10_400,
  commands: 10_400,
  memory: {
    before: 102_400,
    rounds: [{ commands: 2_500, kib: 153_600 }],
    live: { before: 45_056, after: 48_128 },
  },
};

describe('percentiles by the nearest rank', () => {
  test.each([
    [[7], 0.5, 7],
    [[3, 1, 2], 0.5, 2],
    [[4, 3, 2, 1], 0.5, 2],
    [Array.from({ length: 200 }, (_, index) => index + 1), 0.99, 198],
    [[1, 2], 1, 2],
    [[1, 2], 0, 1],
  ])('%j, %d: %d', (values, share, value) => {
    expect(percentile(values, share)).toBe(value);
  });

  test('of nothing', () => {
    expect(() => percentile([], 0.5)).toThrow('nothing to rank');
  });
});

describe('the report', () => {
  test('has figures and goals', () => {
    const table = botTable(figures);
    expect(table).toContain('| ack, 200 commands at once, p99 | 30 ms | ≤ 100 ms |');
    expect(table).toContain('| start, median of 3 | 900 ms | ≤ 1,000 ms |');
    expect(table).toContain('| resident memory after 2,500 commands | 150 MiB |  |');
    expect(table).toContain('| live heap after the start | 44 MiB |  |');
    expect(table).toContain('| live heap after all commands | 47 MiB |  |');
    expect(table).toContain('| commands answered | 10,400 of 10,400 | all |');
  });

  test('leaves memory out where it is not known', () => {
    const { memory: _, ...others } = figures;
    expect(botTable(others)).not.toContain('memory');
  });

  test('the page says when and on what', () => {
    const page = botPage(figures, '2 cores', new Date('2026-11-22T23:00:00Z'));
    expect(page).toContain('on 2026-11-22; 2 cores.');
    expect(page.endsWith(`${botTable(figures)}\n`)).toBe(true);
  });
});
