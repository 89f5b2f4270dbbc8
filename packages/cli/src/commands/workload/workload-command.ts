import type { Command } from 'commander';
import { addAgent } from './agent.js';
import { addConstant } from './constant.js';
import { addInspect } from './inspect.js';
import { addJoiningTools } from './joining-tools.js';
import { addServeGen } from './serve-gen.js';
import { addSessions } from './sessions.js';
import { addShapingTools } from './shaping-tools.js';
import { addStat } from './stat.js';
import { addSynthetic } from './synthetic.js';
import { addTraces } from './traces.js';

export const addWorkloadCommand = (program: Command): void => {
  const command = program
    .command('workload')
    .description('lay out when prompts are sent, join and shape such files, or look at one');
  addConstant(command);
  addSynthetic(command);
  addStat(command);
  addTraces(command);
  addServeGen(command);
  addAgent(command);
  addSessions(command);
  addJoiningTools(command);
  addShapingTools(command);
  addInspect(command);
};
