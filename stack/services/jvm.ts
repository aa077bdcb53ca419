/**
 * Flags for a small server on a shared machine: the serial collector keeps one thread and little
 * memory, and the first compiler tier alone starts faster than both (measured in docs/decisions).
 *
 * @param heap largest heap, in the JVM's own notation (`400m`)
 */
export function jvmFlags({ heap }: { heap: string }): string[] {
  return [`-Xmx${heap}`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError', '-Xshare:auto', '-Duser.timezone=UTC'];
}
