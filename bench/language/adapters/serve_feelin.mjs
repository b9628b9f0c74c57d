// feelin: the work as one FEEL expression, which it parses at each evaluation. Speaks the protocol of serving.py.
// Run in the folder of the npm prefix that holds feelin.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const place = createRequire(join(process.cwd(), 'package.json')).resolve('feelin');
const { evaluate } = await import(pathToFileURL(place));

let expression, contexts, next;

function load({ workload }) {
  const began = performance.now();
  expression = workload.expression;
  contexts = workload.cases.map((one) => ({ ...workload.constants, ...one.inputs }));
  next = 0;
  evaluate(expression, contexts[0]);
  return { seconds: (performance.now() - began) / 1000 };
}

// The expression writes the hyphens of DMN names as underscores.
function named(value) {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.replaceAll('_', '-'), one]));
}

function answer() {
  return { answers: contexts.map((context) => named(evaluate(expression, context).value)) };
}

function time({ count }) {
  const began = process.hrtime.bigint();
  for (let done = 0; done < count; done++) {
    evaluate(expression, contexts[next]);
    next = (next + 1) % contexts.length;
  }
  return { count, seconds: Number(process.hrtime.bigint() - began) / 1e9 };
}

const commands = { load, answer, time };

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  let reply;
  try {
    reply = commands[command.do](command);
  } catch (failure) {
    reply = { refused: String(failure) };
  }
  process.stdout.write(JSON.stringify(reply) + '\n');
}
