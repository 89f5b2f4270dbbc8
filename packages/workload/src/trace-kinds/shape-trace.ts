import { dequantizeTrace } from '../trace/dequantize-trace.js';
import { sampleTrace } from '../trace/sample-trace.js';
import { scaleTrace } from '../trace/scale-trace.js';
import { sliceTrace } from '../trace/slice-trace.js';
import { sortTrace } from '../trace/sort-trace.js';
import type { TraceReader } from '../trace/trace-reader.js';
import type { TraceSettings } from './trace-options.js';

/** The trace as the options want it. Each step is taken only where an option asks for it, in this order. */
export const shapeTrace = (reader: TraceReader, settings: TraceSettings): TraceReader => {
  const { seed, fromMs, sampleShare, timeScale, rateScale, inputScale, outputScale } = settings;
  let shaped = reader;
  if (settings.sort) shaped = sortTrace(shaped);
  if (settings.dequantize) shaped = dequantizeTrace(shaped, { seed });
  if (fromMs > 0) shaped = sliceTrace(shaped, { fromMs });
  if (sampleShare < 1) shaped = sampleTrace(shaped, { share: sampleShare, seed });
  if ([timeScale, rateScale, inputScale, outputScale].some((scale) => scale !== 1)) {
    shaped = scaleTrace(shaped, {
      ...(rateScale !== 1 ? { rate: rateScale } : { time: timeScale }),
      inputLengths: inputScale,
      outputLengths: outputScale,
    });
  }
  return shaped;
};
