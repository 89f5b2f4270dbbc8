import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';

/** Single requests, sessions of three turns and agent graphs, interleaved, a few milliseconds apart. */
export const mixedWorkload = (groups: number, gapMs = 4): WorkloadEntry[] => {
  const requests: WorkloadRequest[] = [];
  for (let group = 0; group < groups; group++)
    requests.push({ prompt: `alone ${group}`, output_length: 1 + (group % 5) });
  for (let turn = 0; turn < 3; turn++) {
    for (let group = 0; group < groups; group++) {
      requests.push({ prompt: `turn ${turn}`, session_id: `session ${group}`, output_length: 2 });
    }
  }
  for (let group = 0; group < groups; group++) {
    const id = (node: string): string => `${node}${group}`;
    requests.push(
      { id: id('root'), prompt: 'root', parents: [] },
      { id: id('left'), prompt: 'left', parents: [id('root')] },
      { id: id('right'), prompt: 'right', parents: [id('root')] },
      { id: id('join'), prompt: 'join', parents: [id('left'), id('right')] },
    );
  }
  // Numbers as session ids, too, and requests with ids of their own that nobody waits for.
  for (let group = 0; group < groups; group++) {
    requests.push({ id: `own ${group}`, prompt: 'own' }, { prompt: 'numbered', session_id: group });
  }
  return requests.map((request, index) => ({ timestamp: index * gapMs, requests: [request] }));
};
