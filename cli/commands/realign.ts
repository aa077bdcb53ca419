import type { Command } from 'commander';
import { KafkaJsPort } from '../../clients/kafka/kafka';
import { LakeReader } from '../../clients/lake/lakeReader';
import {
  fillRewound,
  rewoundPartitions,
  type RewoundPartition,
} from '../../activities/runs/support/realignOffsets';
import { readConfig } from '../../settings/config';
import { inputTopics } from '../../core/pipeline';
import { pipelineNamed } from '../../pipelines/registry';
import { TrinoClient } from '../../trino/client';
import { pipelineOption } from '../support/options';
import { printJson, say } from '../support/output';

export function register(program: Command): void {
  program
    .command('realign')
    .summary('after Kafka lost records')
    .description(
      'Brings the offsets of topics that lost records past those the ledger has read, so that ' +
        'new records are not taken for old ones.\nExample: currents realign',
    )
    .addOption(pipelineOption())
    .option('--json', 'print the partitions as JSON on stdout')
    .action(realign);
}

async function realign({ pipeline, json }: { pipeline: string; json?: boolean }): Promise<void> {
  const topics = inputTopics(pipelineNamed(pipeline));
  const config = readConfig();
  const kafka = new KafkaJsPort(config.kafkaBrokers);
  const lake = new LakeReader(
    new TrinoClient({
      server: config.trinoUrl,
      user: 'currents',
      source: 'currents-realign',
      catalog: 'lake',
    }),
  );
  try {
    await kafka.ensureTopics(topics);
    const rewound = rewoundPartitions(await kafka.offsets(topics), await lake.ledgerEnds('lake', pipeline));
    await fillRewound(kafka, rewound);
    if (json) return printJson({ partitions: rewound });
    sayWhatWasFilled(rewound);
  } finally {
    await kafka.close();
  }
}

function sayWhatWasFilled(rewound: RewoundPartition[]): void {
  if (rewound.length === 0) return say('Kafka holds what the ledger has read: nothing to do');
  for (const { topic, partition, high, ledgerEnd } of rewound)
    say(`${topic}[${partition}]: from ${high} to ${ledgerEnd}`);
  say(
    'What was published since Kafka lost its records is in landing: npx currents rebuild ' +
      '--from <then> --to <now>',
  );
}
