const { TestEnvironment } = require('jest-environment-node');

/** A test file whose process is in another time zone than UTC; inside a test `process.env` is a copy, and changing it changes no zone. */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    const zone = process.env.TZ;
    process.env.TZ = 'Australia/Brisbane';
    super(config, context);
    this.zone = zone;
  }

  async teardown() {
    if (this.zone === undefined) delete process.env.TZ;
    else process.env.TZ = this.zone;
    await super.teardown();
  }
};
