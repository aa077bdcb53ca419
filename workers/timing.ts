import type { ActivityInboundCallsInterceptor, ActivityInterceptorsFactory } from '@temporalio/worker';
import type { PipelineMetrics } from '../activities/metrics';

/** Measures every activity. */
export function timingInterceptor(metrics: PipelineMetrics): ActivityInterceptorsFactory {
  return (context) => {
    const inbound: ActivityInboundCallsInterceptor = {
      async execute(input, next) {
        const started_ms = performance.now();
        let status = 'failed';
        try {
          const result = await next(input);
          status = 'succeeded';
          return result;
        } finally {
          metrics.timeStep(context.info.activityType, status, performance.now() - started_ms);
        }
      },
    };
    return { inbound };
  };
}
