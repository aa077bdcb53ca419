const { TestEnvironment } = require('jest-environment-node');

/**
 * The Node environment of Jest, in which a warning of the process (a deprecation, a negative timeout) fails
 * the test file. It listens here, since tests see a copy of `process` that gets no warnings.
 */
class WithoutWarnings extends TestEnvironment {
  constructor(...given) {
    super(...given);
    this.warnings = [];
    this.keep = (warning) => void this.warnings.push(warning);
    process.on('warning', this.keep);
  }

  /** Warnings arrive a turn of the event loop after what they warn of. */
  async handleTestEvent(event, state) {
    if (event.name !== 'run_finish') return;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    state.unhandledErrors.push(...this.warnings.map(asError));
  }

  async teardown() {
    process.off('warning', this.keep);
    await super.teardown();
  }
}

function asError({ name, code, message, stack }) {
  const error = new Error(`expected no warning of Node, found ${name} ${code ?? ''}: ${message}`);
  error.stack = `${error.message}\n${stack}`;
  return error;
}

module.exports = WithoutWarnings;
