import type { Report } from '../report.js';

/** What was measured, in a line: models, and the endpoint where the run record names it. */
export const reportTitle = ({ models, runs }: Report): string => {
  const { model, target_model, endpoint } = runs[0]?.options ?? {};
  const configured = [model, target_model].find((name) => typeof name === 'string');
  const what = models.length > 0 ? models.join(', ') : (configured ?? 'Results');
  return typeof endpoint === 'string' ? `${String(what)} at ${endpoint}` : String(what);
};
