import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFolder, type FoldedConversation, type FoldTally, type Turn } from './fold-conversation.js';

const ROLES = { s: 'system', u: 'user', a: 'assistant', o: 'other' } as const;

/** `turns('u1 a1')` is a user message `u1` and an answer `a1`; `u_` is a user message with nothing but white space. */
const turns = (words: string): Turn[] =>
  words
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({ role: ROLES[word[0] as keyof typeof ROLES], text: word.endsWith('_') ? ' \n\t' : word }));

const NOTHING: FoldTally = createFolder().tally();

describe('createFolder', () => {
  it.each<[string, string, FoldedConversation | undefined, Partial<FoldTally>]>([
    ['takes questions and answers in turn', 'u1 a1 u2 a2', { prompts: ['u1', 'u2'], completions: ['a1', 'a2'] }, {}],
    ['puts the system message before', 's1 u1 a1', { system: 's1', prompts: ['u1'], completions: ['a1'] }, {}],
    [
      'joins system messages, late ones too, without parting what they stood between',
      's1 s2 u1 s3 u2 a1',
      { system: 's1\n\ns2\n\ns3', prompts: ['u1\n\nu2'], completions: ['a1'] },
      { joinedSystem: 2, lateSystem: 1, joinedPrompts: 1 },
    ],
    [
      'leaves out answers before the first question',
      'a1 a2 u1 a3',
      { prompts: ['u1'], completions: ['a3'] },
      { earlyAnswers: 2 },
    ],
    [
      'joins questions in a row, and answers in a row',
      'u1 u2 u3 a1 a2 u4 a3',
      { prompts: ['u1\n\nu2\n\nu3', 'u4'], completions: ['a1\n\na2', 'a3'] },
      { joinedPrompts: 2, joinedCompletions: 1 },
    ],
    [
      'keeps a last question without an answer',
      'u1 a1 u2',
      { prompts: ['u1', 'u2'], completions: ['a1'] },
      { unanswered: 1 },
    ],
    ['keeps a lone question', 'u1', { prompts: ['u1'], completions: [] }, { unanswered: 1 }],
    [
      'leaves out messages of other roles',
      'o1 u1 o2 a1 o_',
      { prompts: ['u1'], completions: ['a1'] },
      { otherRole: 3 },
    ],
    [
      'leaves out empty messages, and joins what they stood between',
      's_ u1 a_ u2 a1',
      { prompts: ['u1\n\nu2'], completions: ['a1'] },
      { empty: 2, joinedPrompts: 1 },
    ],
    ['gives nothing without a question', 's1 a1 u_ o1', undefined, { withoutUser: 1 }],
    ['gives nothing of nothing', '', undefined, { withoutUser: 1 }],
  ])('%s', (_, words, folded, counts) => {
    const folder = createFolder();
    expect(folder.fold(turns(words))).toEqual(folded);
    expect(folder.tally()).toEqual({ ...NOTHING, ...counts });
  });

  it('leaves text as it is, its outer white space too', () => {
    const text = ' \ud83d\ude80 line\r\n\tnaïve \ud800 ';
    expect(createFolder().fold([{ role: 'user', text }])).toEqual({ prompts: [text], completions: [] });
  });

  it('adds up over conversations, and puts in words what is not 0', () => {
    const folder = createFolder();
    expect(folder.notes()).toEqual([]);
    for (const words of ['a1 u1 a2', 'a1 u1 a2 u_', 'u1 a1', 'a1']) folder.fold(turns(words));
    expect(folder.notes()).toEqual([
      'conversations without a question, left out: 1',
      'empty messages, left out: 1',
      'answers before the first question, left out: 2',
    ]);
  });

  it('has words for every count', () => {
    const folder = createFolder();
    for (const words of ['a1 u1 u2 a2 a3 s1 s2 o1 u_', 'u1', 'a1']) folder.fold(turns(words));
    expect(Object.values(folder.tally()).every((count) => count > 0)).toBe(true);
    expect(folder.notes()).toHaveLength(Object.keys(NOTHING).length);
  });

  it('keeps every text that counts, once and in order, whatever the conversation', () => {
    const turn = fc.record({
      role: fc.constantFrom('system', 'user', 'assistant', 'other'),
      text: fc.oneof(fc.constantFrom('', ' ', '\n'), fc.string({ unit: 'binary' })),
    });
    fc.assert(
      fc.property(fc.array(turn as fc.Arbitrary<Turn>, { maxLength: 12 }), (conversation) => {
        const folder = createFolder();
        const folded = folder.fold(conversation);
        const tally = folder.tally();
        const said = conversation.filter(({ role, text }) => role !== 'other' && text.trim() !== '');
        const firstQuestion = said.findIndex(({ role }) => role === 'user');
        expect(folded === undefined).toBe(firstQuestion === -1);
        if (!folded) {
          expect(tally).toEqual({ ...NOTHING, withoutUser: 1 });
          return;
        }
        const textsOf = (role: string, from = 0): string[] =>
          said.flatMap((message, index) => (message.role === role && index >= from ? [message.text] : []));
        const { system, prompts, completions } = folded;
        const unanswered = prompts.length - completions.length;
        expect([0, 1]).toContain(unanswered);
        expect(tally.unanswered).toBe(unanswered);
        expect(system).toBe(textsOf('system').length === 0 ? undefined : textsOf('system').join('\n\n'));
        expect(prompts.join('\n\n')).toBe(textsOf('user').join('\n\n'));
        expect(completions.join('\n\n')).toBe(textsOf('assistant', firstQuestion).join('\n\n'));
        // Every message is somewhere: in a list, appended to one, or counted as left out.
        const kept = prompts.length + completions.length + (system === undefined ? 0 : 1);
        const joined = tally.joinedPrompts + tally.joinedCompletions + tally.joinedSystem;
        const leftOut = tally.otherRole + tally.empty + tally.earlyAnswers;
        expect(kept + joined + leftOut).toBe(conversation.length);
        // Folding what was folded changes nothing.
        const again = prompts.flatMap((text, index): Turn[] => {
          const answer = completions[index];
          return [
            { role: 'user', text },
            ...(answer === undefined ? [] : [{ role: 'assistant' as const, text: answer }]),
          ];
        });
        expect(createFolder().fold(again)).toEqual({ prompts, completions });
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
