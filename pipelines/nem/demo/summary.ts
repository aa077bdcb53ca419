import type { DemoStage } from '../../../core/demo';
import { demoDifferences } from './demoDifferences';
import type { ExpectedTotals } from './expectedTotals';

const LAYERS = `
select 'nem.bronze_dispatch' as "table", count(*) as "rows" from nem.bronze_dispatch
union all select 'nem.bronze_trading_price', count(*) from nem.bronze_trading_price
union all select 'nem.bronze_unit_solution', count(*) from nem.bronze_unit_solution
union all select 'nem.bronze_price_forecast', count(*) from nem.bronze_price_forecast
union all select 'nem.bronze_rooftop_forecast', count(*) from nem.bronze_rooftop_forecast
union all select 'nem.silver_dispatch_clean', count(*) from nem.silver_dispatch_clean
union all select 'nem.silver_region_clean', count(*) from nem.silver_region_clean
union all select 'nem.silver_interconnector_clean', count(*) from nem.silver_interconnector_clean
union all select 'nem.silver_rooftop_clean', count(*) from nem.silver_rooftop_clean
union all select 'nem.silver_trading_price_clean', count(*) from nem.silver_trading_price_clean
union all select 'nem.silver_unit_solution_clean', count(*) from nem.silver_unit_solution_clean
union all select 'nem.silver_price_forecast', count(*) from nem.silver_price_forecast
union all select 'nem.silver_rooftop_forecast', count(*) from nem.silver_rooftop_forecast
union all select 'nem_gold.fact_dispatch', count(*) from nem_gold.fact_dispatch
union all select 'nem_gold.region_interval', count(*) from nem_gold.region_interval
union all select 'nem_gold.market_interval', count(*) from nem_gold.market_interval
order by 1`;

const DEAD_LETTERS =
  'select reason, count(*) as "rows" from nem_ops.dead_letters group by reason order by reason';

const MIX = `
select fuel_type, round(avg(mw)) as avg_mw, round(100 * sum(mw) / sum(sum(mw)) over (), 1) as percent
from (select trading_interval, fuel_type, sum(greatest(power_mw, 0)) as mw from nem_gold.fact_dispatch
      where fuel_type not in ('load', 'unknown') group by trading_interval, fuel_type)
group by fuel_type order by avg_mw desc`;

/** Prints the lake's counts and, for a simulated plan, whether they equal the plan's. */
export async function printDemoSummary(
  { ask, show, say }: DemoStage,
  run: Record<string, unknown>,
  expected: ExpectedTotals | null,
): Promise<boolean> {
  const [layers, deadLetters, mix] = [await ask(LAYERS), await ask(DEAD_LETTERS), await ask(MIX)];
  say(
    `\nrun ${String(run.run_id)}: merged into ${String(run.branch)} as ` +
      `${String(run.merge_hash).slice(0, 12)}`,
  );
  show('Rows per layer', layers);
  show('Dead letters by reason', deadLetters);
  show('Generation by fuel', mix);
  const differences = expected ? demoDifferences(expected, layers, deadLetters) : [];
  if (expected)
    say(
      differences.length === 0
        ? '\nEvery count equals what the simulated plan must give.'
        : `\nNOT as planned:\n${differences.join('\n')}`,
    );
  return differences.length === 0;
}
