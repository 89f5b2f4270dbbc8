// Makes a part of a dataset in a thread of its own, with the packages as they are built.
import { parentPort, workerData } from 'node:worker_threads';
import { syntheticMultiturn, syntheticShared } from '@aibrix/dataset';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';

const { generator, options, part, parts } = workerData;
const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
const dataset = { syntheticMultiturn, syntheticShared }[generator](options, source);
const bound = (number) => Math.floor((dataset.size * number) / parts);
let lines = '';
for await (const record of dataset.slice(bound(part), bound(part + 1))) lines += `${JSON.stringify(record)}\n`;
parentPort.postMessage(lines);
