/**
 * Flags for a small server on a shared machine: the serial collector keeps one thread and little
 * memory, and the first compiler tier alone starts faster than both (see stack/README.md).
 *
 * @param heap largest heap, in the JVM's own notation (`400m`)
 */
export function jvmFlags({ heap }: { heap: string }): string[] {
  return [
    `-Xmx${heap}`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:+ExitOnOutOfMemoryError',
    '-Duser.timezone=UTC',
    // Intended behaviour of these servers' libraries; JDK 25 warns of it in the first lines of every log.
    '--sun-misc-unsafe-memory-access=allow',
    '--enable-native-access=ALL-UNNAMED',
  ];
}
