import type { Command } from 'commander';
import { addWorkloadFlags, make, type WorkloadFlags } from './workload-flags.js';

interface AgentFlags extends WorkloadFlags {
  agentConfig?: string | undefined;
}

const run = async (flags: AgentFlags): Promise<void> => {
  const { agentOptionsOfFile } = await import('../../pipeline/agent-config.js');
  const { agentRecipe } = await import('../../pipeline/workload-recipe.js');
  const options = flags.agentConfig === undefined ? {} : await agentOptionsOfFile(flags.agentConfig);
  const { seed = options.seed } = flags;
  await make(
    { ...flags, seed },
    agentRecipe({
      ...options,
      seed,
      withText: flags.text,
      cacheFigures: flags.cacheFigures,
      maxRequests: flags.maxRequests,
    }),
  );
};

export const addAgent = (parent: Command): void => {
  const command = parent
    .command('agent')
    .description('sessions of an agent: model calls, tools, retries and waits')
    .option('--agent-config <file>', 'JSON or YAML with num_sessions, turns_per_session, … (default: 10 sessions)')
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix workload agent --agent-config agent.json --tokenizer o200k_base --output-dir out',
    )
    .action(run);
  addWorkloadFlags(command);
};
