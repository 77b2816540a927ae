import { adapt } from './adapt';
import { faults } from './faults';
import { hopeless, scenarios } from './hopeless';
import { Network } from './network';
import {
  conditionsOf,
  coupleOf,
  lossesOf,
  minutesOf,
  oneOf,
  read,
  refuse,
  runsOf,
  secondsOf,
  seedOf,
  topologyOf,
} from './options';
import { recordingFaults } from './record/faults';
import { recordForLong, recordThrough, recordWithLoss } from './record/run';
import { recover } from './recover';
import { setup } from './setup';
import { tidily } from './tidy';
import { topologies } from './topologies';
import { traces } from './traces';

/** Each prints one line of JSON at the end, and says whether all went well. */
const commands: Readonly<Record<string, (args: string[]) => Promise<boolean>>> = {
  list,
  setup: runSetup,
  recover: runRecover,
  hopeless: runHopeless,
  adapt: runAdapt,
  traces: runTraces,
  record: runRecord,
};

const common = { topology: '', runs: '20', seed: '1', browsers: 'chromium-chromium' } as const;

const [command = '', ...rest] = process.argv.slice(2);
const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
if (!run) refuse(`lab takes ${Object.keys(commands).join(', ')}.`);
process.exitCode = (await run(rest)) ? 0 : 1;

async function list(): Promise<boolean> {
  const width = Math.max(...Object.keys(topologies).map((name) => name.length));
  for (const [name, { summary }] of Object.entries(topologies)) console.log(`${name.padEnd(width)}  ${summary}`);
  return true;
}

async function runSetup(args: string[]): Promise<boolean> {
  const values = read(args, { ...common, conditions: '' });
  const topology = topologyOf(values.topology);
  const couple = coupleOf(values.browsers);
  const runs = runsOf(values.runs);
  const seed = seedOf(values.seed);
  const conditions = conditionsOf(values.conditions);
  const outcome = await tidily(async () => {
    const network = await Network.make(topology, conditions ? { seed } : {});
    if (conditions) await network.setAll(conditions).catch((error) => refuse(`--conditions: ${error.message}`));
    return setup(network, couple, runs);
  });
  console.log(JSON.stringify({ scenario: `${values.topology} ${values.browsers}`, ...outcome }));
  return outcome.ok === runs;
}

async function runRecover(args: string[]): Promise<boolean> {
  const values = read(args, { ...common, fault: '' });
  const fault = oneOf(faults, values.fault, '--fault');
  const topology = topologyOf(values.topology || fault.topology);
  const both = [topology.caller.length, topology.callee.length].sort();
  const fewest = (fault.strikesBoth ? both[0] : both[1]) ?? 0;
  if (fewest < (fault.interfaces ?? 1)) refuse(`--topology: ${values.fault} needs more interfaces than that.`);
  const couple = coupleOf(values.browsers);
  const runs = runsOf(values.runs);
  const seed = seedOf(values.seed);
  const outcome = await tidily(async () => {
    const network = await Network.make(topology, fault.lines ? { seed } : {});
    return recover(network, fault, { couple, runs, seed });
  });
  console.log(JSON.stringify({ fault: values.fault, ...outcome }));
  return outcome.ok === runs;
}

async function runHopeless(args: string[]): Promise<boolean> {
  const values = read(args, { scenario: '', runs: '5' });
  const kinds = values.scenario ? [oneOf(scenarios, values.scenario, '--scenario')] : Object.values(scenarios);
  const runs = runsOf(values.runs);
  const outcome = await tidily(async () => hopeless(await Network.make(topologyOf('cone')), kinds, runs));
  console.log(JSON.stringify({ scenario: values.scenario || Object.keys(scenarios).join(' and '), ...outcome }));
  return outcome.ok === outcome.runs;
}

async function runAdapt(args: string[]): Promise<boolean> {
  const values = read(args, { runs: '3', seed: '1' });
  const runs = runsOf(values.runs);
  const seed = seedOf(values.seed);
  const outcome = await tidily(async () => adapt(await Network.make(topologyOf('cone'), { seed }), runs, seed));
  console.log(JSON.stringify(outcome));
  return true;
}

async function runTraces(args: string[]): Promise<boolean> {
  const values = read(args, { runs: '32', seed: '1' });
  const runs = runsOf(values.runs);
  const seed = seedOf(values.seed);
  const outcome = await tidily(async () => traces(await Network.make(topologyOf('cone'), { seed }), seed, runs));
  console.log(JSON.stringify(outcome));
  return true;
}

async function runRecord(args: string[]): Promise<boolean> {
  const values = read(args, { loss: '', fault: '', minutes: '', runs: '3', seconds: '20', seed: '1' });
  const kinds = [values.loss, values.fault, values.minutes].filter((value) => value !== '');
  if (kinds.length !== 1) refuse('record takes one of --loss, --fault and --minutes.');
  const minutes = values.minutes === '' ? null : minutesOf(values.minutes);
  const fault = values.fault === '' ? null : oneOf(recordingFaults, values.fault, '--fault');
  const losses = fault || minutes ? [] : lossesOf(values.loss);
  const runs = runsOf(values.runs);
  const seconds = secondsOf(values.seconds);
  const seed = seedOf(values.seed);
  return tidily(async () => {
    const network = await Network.make(topologyOf('cone'), { seed });
    if (fault) {
      const outcome = await recordThrough(network, fault, seconds);
      console.log(JSON.stringify({ fault: values.fault, ...outcome }));
      return outcome.ok;
    }
    if (minutes) {
      const outcome = await recordForLong(network, minutes);
      console.log(JSON.stringify({ minutes, ...outcome }));
      return outcome.ok;
    }
    const loss = await recordWithLoss(network, { losses, runs, seconds });
    console.log(JSON.stringify({ loss }));
    return loss.every(({ ok }) => ok === runs);
  });
}
