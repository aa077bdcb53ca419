/** The little of papaparse that the tests use as an oracle. */
declare module 'papaparse' {
  const Papa: { parse<Row>(text: string, options: { delimiter: string; newline: string }): { data: Row[] } };
  export = Papa;
}
