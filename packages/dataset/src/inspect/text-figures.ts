import { createLengthHistogram } from '@aibrix/core/lengths';
import type { DatasetInspection } from './inspection.js';
import type { RecordParts } from './record-parts.js';
import { createRepeatCounter } from './repeats.js';

/** What is told without a tokenizer. */
export interface TextFigures
  extends Pick<DatasetInspection, 'form' | 'forms' | 'prompts' | 'answers' | 'sessions' | 'turns' | 'duplicates'> {
  system: { records: number; distinct: number };
  /** Content parts that are no text. */
  otherParts: number;
  /** Sessions whose lists do not fit their prompts. */
  unevenSessions: number;
}

const formOf = (forms: DatasetInspection['forms']): DatasetInspection['form'] => {
  const present = (['plain', 'session', 'messages'] as const).filter((form) => forms[form] > 0);
  return present.length > 1 ? 'mixed' : (present[0] ?? null);
};

/** Collects it from the records as they pass. */
export const collectTextFigures = (): { add(parts: RecordParts): void; result(): TextFigures } => {
  const promptRepeats = createRepeatCounter();
  const recordRepeats = createRepeatCounter();
  const systemRepeats = createRepeatCounter();
  const turns = createLengthHistogram();
  const forms = { plain: 0, session: 0, messages: 0 };
  const counts = { prompts: 0, answers: 0, otherParts: 0, unevenSessions: 0 };
  let withSystem = 0;
  return {
    add({ form, system, exchanges, otherParts, hasUnevenLists }) {
      forms[form]++;
      if (form === 'session') turns.add(exchanges.length);
      if (system.length > 0) withSystem++;
      for (const text of system) systemRepeats.add(text);
      for (const { prompt, answer } of exchanges) {
        counts.prompts++;
        if (answer !== null) counts.answers++;
        promptRepeats.add(JSON.stringify(prompt));
      }
      // Messages hold their system message among their pieces.
      recordRepeats.add(JSON.stringify([form === 'session' ? system : [], exchanges.map(({ prompt }) => prompt)]));
      counts.otherParts += otherParts;
      if (hasUnevenLists) counts.unevenSessions++;
    },
    result: () => ({
      ...counts,
      form: formOf(forms),
      forms,
      sessions: forms.session,
      turns: forms.session === 0 ? null : turns.distribution(),
      duplicates: { prompts: promptRepeats.figures(), records: recordRepeats.figures() },
      system: { records: withSystem, distinct: systemRepeats.figures().distinct },
    }),
  };
};
