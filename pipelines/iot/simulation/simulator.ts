import type { ProducedRecord, Producer, ProduceRequest } from '../../../core/producer';
import { BROKEN_KINDS } from './brokenRecords';
import { edgeKind } from './edgeCases';
import { faultsOf, isSilent, withFault, type Fault } from './faults';
import { fleet, type Device } from './fleet';
import { messageOf, type Message } from './message';
import { oneOf, randomFor, type Random } from './random';
import { readingOf, type Reading } from './readings';

/** Shares of all records: those of devices with a fault, broken ones, and odd ones. */
interface Mix {
  faulty: number;
  broken: number;
  edge: number;
}

const MIXES = {
  valid: { faulty: 0, broken: 0, edge: 0 },
  invalid_schema: { faulty: 0, broken: 1, edge: 0 },
  anomaly: { faulty: 1, broken: 0, edge: 0 },
  edge_case: { faulty: 0, broken: 0, edge: 1 },
  // Few broken ones: a gate holds a run in which a type of 500 or more records loses a fifth of them.
  mixed: { faulty: 0.1, broken: 0.08, edge: 0.12 },
} satisfies Record<string, Mix>;
type Scenario = keyof typeof MIXES;

const TOPIC = 'iot-telemetry';
const HEADERS = { 'currents.simulated': 'true' };

/** Simulated telemetry. Every record says so, by a column and by a header. */
export const simulator: Producer = {
  scenarios: Object.keys(MIXES) as [Scenario, ...Scenario[]],
  records: (request) => new Simulation(request).records(),
};

/** The devices that a scenario gives a fault, with it. */
export function faultyDevices(scenario: string, seed: number): Map<string, Fault> {
  return faultsOf(fleet(), MIXES[scenario as Scenario].faulty, seed);
}

/** A device with what it remembers. */
interface Sender {
  device: Device;
  fault: Fault | undefined;
  sequence: number;
  first: Reading | undefined;
  previous: Message | undefined;
}

class Simulation {
  private readonly mix: Mix;
  private readonly random: Random;
  private readonly senders: Sender[];
  private turn = 0;
  /** How often a healthy device's record is a problem. */
  private problems = 0;

  constructor(private readonly request: ProduceRequest) {
    this.mix = MIXES[request.scenario as Scenario];
    this.random = randomFor(request.seed, 'records');
    const faults = faultyDevices(request.scenario, request.seed);
    this.senders = fleet().map((device) => ({
      device,
      fault: faults.get(device.device_id),
      sequence: 0,
      first: undefined,
      previous: undefined,
    }));
  }

  *records(): Generator<ProducedRecord> {
    const { start_ms, rate_per_second } = this.request;
    for (let number = 0; ; number += 1)
      yield this.record(this.nextSender(), Math.round(start_ms + (number * 1000) / rate_per_second));
  }

  /** Devices take turns; a silent one is passed over. */
  private nextSender(): Sender {
    for (;;) {
      if (this.turn % this.senders.length === 0) this.problems = this.problemsOfHealthy();
      const sender = this.senders[this.turn % this.senders.length]!;
      this.turn += 1;
      if (!isSilent(sender.fault, sender.sequence)) return sender;
    }
  }

  /** Where faulty devices are silent, the others make up for them, so that the shares of all records hold. */
  private problemsOfHealthy(): number {
    const { faulty, broken, edge } = this.mix;
    const sending = this.senders.filter(({ fault, sequence }) => !isSilent(fault, sequence));
    const share = sending.filter(({ fault }) => fault).length / sending.length;
    return share === 1 ? 0 : (faulty + broken + edge - share) / (1 - share);
  }

  private record(sender: Sender, at_ms: number): ProducedRecord {
    const message = this.measured(sender, at_ms);
    if (sender.fault) return recordOf(sender, sender.fault, null, JSON.stringify(message));
    if (this.random() >= this.problems) return plain(sender, message);
    const { broken, edge } = this.mix;
    if (this.random() >= broken / (broken + edge)) return this.odd(sender, message);
    const { kind, deadLetter, write } = oneOf(this.random, BROKEN_KINDS);
    return recordOf(sender, kind, deadLetter, write(message));
  }

  private measured(sender: Sender, at_ms: number): Message {
    const { device, fault, sequence } = sender;
    const healthy = readingOf(device, at_ms, this.random);
    sender.first ??= healthy;
    sender.sequence += 1;
    const reading = fault ? withFault(fault, healthy, sender.first, sequence) : healthy;
    return messageOf(device, at_ms, sequence, reading);
  }

  /** Where the kind needs an earlier message and there is none, the record is a plain one. */
  private odd(sender: Sender, message: Message): ProducedRecord {
    const { kind, deadLetter, make } = edgeKind(this.random);
    const made = make(message, this.random, sender.previous);
    return made ? recordOf(sender, kind, deadLetter, JSON.stringify(made)) : plain(sender, message);
  }
}

function plain(sender: Sender, message: Message): ProducedRecord {
  sender.previous = message;
  return recordOf(sender, 'valid', null, JSON.stringify(message));
}

function recordOf(
  { device }: Sender,
  kind: string,
  deadLetter: string | null,
  value: string,
): ProducedRecord {
  return { topic: TOPIC, key: device.device_id, value, headers: HEADERS, kind, deadLetter };
}
