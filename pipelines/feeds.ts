import { z } from 'zod';
import type { StreamContract } from '../core/contract/contract';
import { name, tableName } from '../core/names';
import type { FeedDefinition } from '../core/pipeline';
import { topicName as topic } from '../core/topicName';

/** The time of a feed or a table. */
export const time = z.strictObject({
  column: name,
  kind: z.enum(['intervalEnd', 'event']),
  clock: z.enum(['pipeline', 'utc']).default('utc'),
});

/** A feed as a definition writes it: all of it, or only what the stream's contract cannot say. */
export const writtenFeed = z.strictObject({
  topic,
  bronze: tableName.optional(),
  identity: z.union([z.enum(['fileLine', 'offset']), z.array(name).min(1)]).optional(),
  partitions: z.number().int().positive().optional(),
  time: time.optional(),
  partition: name.optional(),
});
type WrittenFeed = z.infer<typeof writtenFeed>;

const OF_CONTRACT = ['bronze', 'identity', 'time', 'partition'] as const;

/** The feeds of a pipeline: those of its contracts, then those that have none; or what is wrong with them. */
export function feedsOf(
  contracts: readonly StreamContract[],
  written: readonly WrittenFeed[],
): { feeds: FeedDefinition[]; problems: string[] } {
  const agreed = new Map(contracts.map((contract) => [contract.topic, contract]));
  const partitions = new Map(written.map((feed) => [feed.topic, feed.partitions]));
  const others = written.filter((feed) => !agreed.has(feed.topic));
  const feeds = [
    ...contracts.map((contract) => feedOf(contract, partitions.get(contract.topic))),
    ...others.filter(isWhole),
  ];
  return {
    feeds,
    problems: [
      ...(feeds.length + others.length > 0 ? [] : ['feeds: expected a contract or a feed, found none']),
      ...others
        .filter((feed) => !isWhole(feed))
        .map(
          (feed) => `feeds: expected a contract of ${feed.topic}, or its bronze and identity, found neither`,
        ),
      ...written.filter((feed) => agreed.has(feed.topic)).flatMap(repeated),
    ],
  };
}

function isWhole(feed: WrittenFeed): feed is WrittenFeed & FeedDefinition {
  return feed.bronze !== undefined && feed.identity !== undefined;
}

/** What the contract says has one place. */
function repeated(feed: WrittenFeed): string[] {
  return OF_CONTRACT.filter((part) => feed[part] !== undefined).map(
    (part) => `feeds: expected ${part} of ${feed.topic} in its contract alone, found it here too`,
  );
}

function feedOf(contract: StreamContract, partitions: number | undefined): FeedDefinition {
  const { topic: name, bronze, identity, timeColumn, timeMeans, partitionColumn } = contract;
  const clock = timeColumn.physicalType === 'timestamp_ntz' ? 'pipeline' : 'utc';
  return {
    topic: name,
    bronze,
    identity,
    ...(partitions === undefined ? {} : { partitions }),
    time: { column: timeColumn.name, kind: timeMeans, clock },
    partition: partitionColumn,
    ...(contract.isTouching ? {} : { isTouching: false }),
  };
}
