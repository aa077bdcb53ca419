import type { DemoRow, DemoStage, OpenDemo } from '../../core/demo';
import { portsFrom } from '../../settings/ports';
import { say, table } from './output';
import { runOwn, type OwnRun } from './ownCommand';

export function demoStage(own: OwnRun, home: string): DemoStage {
  const silent: OwnRun = { ...own, say: () => undefined };
  return {
    home,
    say,
    show,
    currents: (args) => runOwn(own, args),
    ask: async (sql) => JSON.parse(await runOwn(silent, ['query', '--format', 'json', sql])) as DemoRow[],
  };
}

function show(title: string, rows: DemoRow[]): void {
  const header = Object.keys(rows[0] ?? { nothing: 1 });
  say(
    `\n${title}\n${table(
      header,
      rows.map((row) => Object.values(row)),
    )}`,
  );
}

/** How to look further: the stack of the demo stays up. */
export function sayWhereNext({ environment }: OwnRun, { tryNext }: OpenDemo): void {
  const ports = portsFrom(Number(environment.CURRENTS_PORT_BASE));
  const settings = ['CURRENTS_HOME', 'CURRENTS_PORT_BASE', 'CURRENTS_PIPELINES']
    .map((name) => `${name}=${environment[name]}`)
    .join(' ');
  say(`\nLook further (the demo's stack is up):
  export ${settings}
${tryNext.map((command) => `  npx currents ${command}`).join('\n')}
  npx currents status
  Temporal UI  http://127.0.0.1:${ports.temporalUi}
  dbt docs     http://127.0.0.1:${ports.dbtDocs}
  Trino        http://127.0.0.1:${ports.trino}   (user analyst, catalog lake)
  npx currents down`);
}
