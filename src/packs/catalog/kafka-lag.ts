import type { Pack } from '../pack.ts';

export const kafkaLag: Pack = {
  name: 'kafka-lag',
  title: 'Lag of a Kafka consumer group with kafka_exporter',
  priority: 61,
  scope: 'consumergroup',
  parameters: { topic: 'topic' },
  detect: ['kafka_consumergroup_lag'],
  warmup: '3m',
  select: 'consumergroup="${scope}",topic="${topic}"',
  metrics: [
    {
      name: 'consumer lag',
      group: 'saturation',
      unit: 'messages',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.5 },
      noData: 'ignore',
      promql: 'sum(kafka_consumergroup_lag{SEL})',
    },
  ],
  traps: ['The sides need consumer groups of their own, else the lag is one for both.'],
};
