export type DemoRow = Record<string, string | number | null>;

/** A stack of its own that is up, and how a demo works with it. */
export interface DemoStage {
  home: string;
  /** Runs one of our own commands as a user would type it, and shows the line; returns its stdout. */
  currents(args: string[]): Promise<string>;
  /** Asks the lake. */
  ask(sql: string): Promise<DemoRow[]>;
  show(title: string, rows: DemoRow[]): void;
  say(line: string): void;
}

/** What the caller of a demo may choose. */
export interface DemoOptions {
  /** The source's own site. */
  live?: boolean;
  /** A folder of real files. */
  data?: string;
}

export interface OpenDemo {
  /** Settings of its stack, beside home and ports. */
  environment: Record<string, string>;
  isSimulated: boolean;
  /** Where data that is not simulated comes from. */
  source?: string;
  /** Commands to try afterwards, without `npx currents`. */
  tryNext: readonly string[];
  /** Fills the lake and shows it; false where a count is not as it must be. */
  play(stage: DemoStage): Promise<boolean>;
  /** Ends what was opened for it. */
  close?(): Promise<void>;
}

/** The whole system on a little data of one pipeline. */
export interface Demo {
  /**
   * @param sitePort where it may serve files
   * @throws PipelineCannotError for an option that it does not have
   */
  open(options: DemoOptions, sitePort: number): Promise<OpenDemo>;
}
