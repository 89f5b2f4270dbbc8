import type { Command } from 'commander';
import { addClientTrace } from './client-trace.js';
import { addInspect } from './inspect.js';
import { addMessages } from './messages.js';
import { addShareGpt } from './sharegpt.js';
import { addSyntheticMultiturn } from './synthetic-multiturn.js';
import { addSyntheticShared } from './synthetic-shared.js';
import { addTables } from './table.js';

export const addDatasetCommand = (program: Command): void => {
  const command = program
    .command('dataset')
    .description('make prompts, read those that are there, or look at a dataset');
  addSyntheticMultiturn(command);
  addSyntheticShared(command);
  addShareGpt(command);
  addClientTrace(command);
  addMessages(command);
  addTables(command);
  addInspect(command);
};
